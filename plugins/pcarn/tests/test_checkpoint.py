from __future__ import annotations

import csv
import hashlib
from statistics import mean

import numpy as np
import pytest
import torch
from PIL import Image
from srbench_pcarn import srbench_models, srbench_weights
from srbench_pcarn.model import PCARN

from srbench.errors import WeightsError
from srbench.imaging.resize import imresize
from srbench.loading import load
from srbench.metrics.psnr import psnr
from srbench.metrics.sample import Sample
from srbench.metrics.ssim import ssim
from srbench.models.tensors import to_tensor, to_uint8
from srbench.specs.protocol import PCARN as PROTOCOL

(WEIGHTS,) = (spec for spec in srbench_weights() if not spec.resource)
SPEC = next(spec for spec in srbench_models() if spec.name == "pcarn-m")


@pytest.fixture(scope="module")
def state(shared):
    return torch.load(shared / "weights/sr" / WEIGHTS.filename, map_location="cpu", weights_only=True)


@pytest.fixture(scope="module")
def convert():
    return load(WEIGHTS.convert)


@pytest.fixture(scope="module")
def network(state, convert):
    network = load(SPEC.build)(**SPEC.kwargs)
    network.load_state_dict(convert(state))
    return network.eval()


def test_file_is_the_declared_one(shared):
    assert hashlib.sha256((shared / "weights/sr" / WEIGHTS.filename).read_bytes()).hexdigest() == WEIGHTS.sha256


def test_every_stored_value_is_in_the_network(state, network):
    stored = {tuple(value.flatten()[:4].tolist()) for key, value in state.items() if "shifter" not in key}
    loaded = {tuple(value.flatten()[:4].tolist()) for value in network.state_dict().values()}
    assert len(state) == 94
    assert stored == loaded


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"b2.b3.conv1.weight": torch.zeros(64, 16, 3, 3)}, "b2.b3.conv1.weight differs from the block"),
        ({"sub_mean.shifter.bias": torch.zeros(3)}, "'sub_mean.shifter' is not a shift"),
        ({"add_mean.shifter.weight": torch.ones(3, 3, 1, 1)}, "'add_mean.shifter' is not a shift"),
        ({"b4.c1.weight": torch.zeros(64, 128, 1, 1)}, "unknown: 'b4.c1.weight'"),
    ],
)
def test_another_networks_file_is_refused(state, convert, change, complaint):
    with pytest.raises(WeightsError, match=complaint) as caught:
        convert({**state, **change})
    assert "\n" not in str(caught.value)


def test_missing_key_is_refused(state, convert):
    with pytest.raises(WeightsError, match=r"missing: 'c2\.bias'"):
        convert({key: value for key, value in state.items() if key != "c2.bias"})


def test_weights_do_not_fit_the_full_network(state, convert):
    with pytest.raises(RuntimeError, match="Missing key"):
        PCARN().load_state_dict(convert(state))


@pytest.mark.slow
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_set5_as_the_authors_checkpoint_gives_it(shared, network, scale):
    with (shared / "fixtures/golden/pcarn_m_checkpoint.csv").open(newline="") as file:
        golden = [row for row in csv.DictReader(file) if (row["dataset"], row["scale"]) == ("Set5", str(scale))]
    assert len(golden) == 5
    samples = [sample(shared, network, row["image"], scale) for row in golden]
    psnrs, ssims = [psnr(one) for one in samples], [ssim(one) for one in samples]
    assert psnrs == pytest.approx([float(row["psnr_y_truncate"]) for row in golden], abs=0.002)
    assert ssims == pytest.approx([float(row["ssim_y_truncate"]) for row in golden], abs=1e-5)
    if scale == 4:
        assert (round(mean(psnrs), 3), round(mean(ssims), 4)) == (29.378, 0.8369)


def sample(shared, network, name: str, scale: int) -> Sample:
    hr = np.asarray(Image.open(shared / f"data/Set5/HR/{name}.png").convert("RGB"))
    height, width = (size // scale * scale for size in hr.shape[:2])
    hr = hr[:height, :width]
    lr = imresize(hr, 1 / scale, mode=PROTOCOL.lr)
    with torch.no_grad():
        sr = network(to_tensor(lr, "cpu"), scale)
    return Sample(name, to_uint8(sr, PROTOCOL.quantise), hr, scale, PROTOCOL)
