from __future__ import annotations

import csv
import hashlib
import re
from statistics import mean

import numpy as np
import pytest
import torch
from PIL import Image
from srbench_pcarn import PCARN_PYTORCH, srbench_models, srbench_weights
from srbench_pcarn.model import PCARN

from srbench import DIV2K_MEAN
from srbench.errors import WeightsError
from srbench.imaging.resize import imresize
from srbench.loading import load
from srbench.metrics.psnr import psnr
from srbench.metrics.sample import Sample
from srbench.metrics.ssim import ssim
from srbench.models.tensors import to_tensor, to_uint8
from srbench.specs.protocol import PCARN as PROTOCOL
from srbench.weights.state_dict import load_network

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


ALL = 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scale", "images"),
    [(2, 1), (3, 1), (4, 1), *(pytest.param(scale, ALL, marks=pytest.mark.long) for scale in (2, 3, 4))],
)
def test_set5_as_the_authors_checkpoint_gives_it(shared, network, scale, images):
    """The smallest image stands for all among the fast tests, as does tests/cli/verbs/test_run.py for those at x4."""
    with (shared / "fixtures/golden/pcarn_m_checkpoint.csv").open(newline="") as file:
        golden = [row for row in csv.DictReader(file) if (row["dataset"], row["scale"]) == ("Set5", str(scale))]
    assert len(golden) == ALL
    golden = golden if images == ALL else [row for row in golden if row["image"] == "butterfly"]
    samples = [sample(shared, network, row["image"], scale) for row in golden]
    psnrs, ssims = [psnr(sample) for sample in samples], [ssim(sample) for sample in samples]
    assert psnrs == pytest.approx([float(row["psnr_y_truncate"]) for row in golden], abs=0.002)
    assert ssims == pytest.approx([float(row["ssim_y_truncate"]) for row in golden], abs=1e-5)
    if (scale, images) == (4, ALL):
        assert (round(mean(psnrs), 3), round(mean(ssims), 4)) == (29.378, 0.8369)


def sample(shared, network, name: str, scale: int) -> Sample:
    hr = np.asarray(Image.open(shared / f"data/Set5/HR/{name}.png").convert("RGB"))
    height, width = (size // scale * scale for size in hr.shape[:2])
    hr = hr[:height, :width]
    lr = imresize(hr, 1 / scale, mode=PROTOCOL.lr)
    with torch.no_grad():
        sr = network(to_tensor(lr, "cpu"), scale)
    return Sample(name, to_uint8(sr, PROTOCOL.quantise), hr, scale, PROTOCOL)


def in_authors_layout(network, *, alone=0):
    """The state dict of `network` as PCARN-pytorch's code names it, written from that code."""
    state, shift = {}, torch.tensor(DIV2K_MEAN)
    for name, sign in (("sub_mean", -1), ("add_mean", 1)):
        state[f"{name}.shifter.weight"] = torch.eye(3).reshape(3, 3, 1, 1)
        state[f"{name}.shifter.bias"] = sign * shift
    for key, tensor in network.state_dict().items():
        name = key.replace("cascade.units.", "b").replace("cascade.fusions.", "c").replace(".pointwise.", ".pw.")
        name = re.sub(r"^([bc])(\d)", lambda found: f"{found[1]}{int(found[2]) + 1}", name)
        name = re.sub(r"\.fusions\.(\d)", lambda found: f".c{int(found[1]) + 1}", name)
        name = re.sub(r"upsamplers\.x(\d)", "upsample.up.body" if alone else r"upsample.up\1.body", name)
        unit = re.search(r"\.units\.(\d)", name)
        copies = range(3) if unit and len(network.cascade.units[0].units) == 1 else [int(unit[1])] if unit else [0]
        for copy in copies:
            state[re.sub(r"\.units\.\d", f".b{copy + 1}", name)] = tensor
    return state


SMALL = {"features": 8}


@pytest.mark.parametrize(
    ("scales", "kwargs"),
    [
        ((2, 3, 4), {}),
        ((2, 3, 4), {"groups": 4, "efficient": True, "recursive": True}),
        ((2,), {}),
        ((3,), {"groups": 2, "efficient": True, "recursive": True}),
        ((4,), {}),
    ],
)
def test_any_file_in_the_authors_layout_loads(scales, kwargs, tmp_path):
    torch.manual_seed(1)
    theirs = PCARN(scales, **SMALL, **kwargs)
    content = {"generator": {f"module.{k}": v for k, v in in_authors_layout(theirs, alone=len(scales) == 1).items()}}
    torch.save(content, tmp_path / "mine.ckpt")
    ours = PCARN(scales, **SMALL, **kwargs)
    state, remark = load_network(ours, tmp_path / "mine.ckpt", (PCARN_PYTORCH,))
    ours.load_state_dict(state)
    assert remark == ("mine.ckpt: taken: 'generator', keys without 'module.'; in the layout of nmhkahn/PCARN-pytorch")
    lr = torch.rand(1, 3, 6, 7)
    assert torch.equal(ours(lr, scales[-1]), theirs(lr, scales[-1]))


def test_a_fine_tuned_file_loads_into_the_registered_model(shared, tmp_path):
    """The released file with a value changed has another hash; its name says nothing."""
    state = torch.load(shared / "weights" / "sr" / "PCARN-M.pth", map_location="cpu", weights_only=True)
    state["exit.bias"] = state["exit.bias"] + 0.25
    torch.save({"net": {f"module.{key}": tensor for key, tensor in state.items()}}, tmp_path / "net.pth")
    (model,) = (spec for spec in srbench_models() if spec.name == "pcarn-m")
    network = PCARN(**model.kwargs)
    tuned, _ = load_network(network, tmp_path / "net.pth", model.layouts)
    released, remark = load_network(network, shared / "weights" / "sr" / "PCARN-M.pth", model.layouts)
    assert torch.allclose(tuned["exit.bias"], released["exit.bias"] + 0.25)
    assert all(torch.equal(tuned[key], released[key]) for key in released if key != "exit.bias")
    assert remark == "PCARN-M.pth: in the layout of nmhkahn/PCARN-pytorch"
