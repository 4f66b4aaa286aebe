from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from safetensors.torch import save_file

from srbench.errors import Unavailable, WeightsError
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.lpips import LpipsAlex, LpipsSqueeze, LpipsVgg
from srbench.metrics.specs.perceptual import WEIGHTS
from srbench.specs.protocol import PCARN, STANDARD

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*'weights':UserWarning")  # the package speaks to an old torchvision

NO_BORDER = STANDARD.but(crop_scale=0.0)
CLASSES = {"alex": LpipsAlex, "squeeze": LpipsSqueeze, "vgg": LpipsVgg}
FILES = {
    "alex": "alexnet-torchvision-features.safetensors",
    "squeeze": "squeezenet1_1-torchvision-features-fp16.safetensors",
}


def released(shared: Path, net: str):
    return CLASSES[net](MetricSetup(weights={net: shared / "weights" / FILES[net]}))


def package(net: str):
    lpips = pytest.importorskip("lpips")
    torch.manual_seed(1)
    with pytest.MonkeyPatch.context() as patch:  # no numbers for the classifiers, a hundred million: it drops them
        patch.setattr(torch.nn.Linear, "reset_parameters", lambda _layer: None)
        patch.setattr(torch.nn.init, "normal_", lambda tensor, *_args, **_more: tensor)
        return lpips.LPIPS(net=net, pnet_rand=True, verbose=False)


def trunk(reference) -> dict[str, torch.Tensor]:
    """The state dict of the package's backbone under torchvision's names."""
    state = reference.net.state_dict()
    return {f"features.{key.partition('.')[2]}": value.contiguous() for key, value in state.items()}


def with_the_package(reference, sr, hr) -> float:
    lpips = pytest.importorskip("lpips")
    with torch.no_grad():
        return float(reference(lpips.im2tensor(sr), lpips.im2tensor(hr)))


def photographs(seed: int = 0, height: int = 93, width: int = 121):
    generator = np.random.default_rng(seed)
    small = generator.integers(0, 256, (12, 15, 3), dtype=np.uint8)
    hr = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))
    return np.clip(hr + generator.normal(0, 12, hr.shape), 0, 255).astype(np.uint8), hr


@pytest.fixture(scope="module")
def alex(shared):
    return released(shared, "alex")


@pytest.mark.parametrize(("example", "printed"), [("ex_p0", 0.7219), ("ex_p1", 0.1376)])
def test_examples_of_the_authors_repository(shared, alex, example, printed):
    sr, hr = (np.asarray(Image.open(shared / f"fixtures/lpips_examples/{name}.png")) for name in (example, "ex_ref"))
    assert alex(Sample(example, sr, hr, 1, NO_BORDER)) == pytest.approx(printed, abs=1e-4)


@pytest.fixture(scope="module", params=CLASSES)
def pair(request, tmp_path_factory):
    """The package's network, and ours from a whole file of torchvision, classifier and all."""
    reference, path = package(request.param), tmp_path_factory.mktemp("lpips") / "whole.safetensors"
    save_file(trunk(reference) | {"classifier.6.weight": torch.zeros(10, 4)}, path)
    return reference, CLASSES[request.param](MetricSetup(weights={request.param: path}))


@pytest.mark.slow
def test_equals_the_package_on_a_whole_torchvision_file(pair):
    reference, ours = pair
    for seed in range(2):
        sr, hr = photographs(seed)
        expected = with_the_package(reference, sr, hr)
        assert ours(Sample("one", sr, hr, 1, NO_BORDER)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("net", FILES)
def test_equals_the_package_with_the_released_weights(shared, net):
    from safetensors.torch import load_file

    reference, ours = package(net), released(shared, net)
    stored = load_file(shared / "weights" / FILES[net])
    for key, value in reference.net.state_dict().items():
        value.copy_(stored.pop(f"features.{key.partition('.')[2]}"))
    assert not stored
    sr, hr = photographs()
    assert ours(Sample("one", sr, hr, 1, NO_BORDER)) == pytest.approx(with_the_package(reference, sr, hr), abs=1e-6)


@pytest.mark.slow
def test_the_smallest_image_is_that_of_the_package(pair):
    reference, ours = pair
    side = ours.backbone.smallest
    sr, hr = photographs(height=side, width=side)
    assert ours(Sample("one", sr, hr, 1, NO_BORDER)) == pytest.approx(with_the_package(reference, sr, hr), abs=1e-6)
    with pytest.raises(RuntimeError):
        with_the_package(reference, sr[1:], hr[1:])
    with pytest.raises(Unavailable, match=rf"one: {side} x {side - 1} pixels .* needs {side} x {side}"):
        ours(Sample("one", sr[1:], hr[1:], 1, NO_BORDER))


@pytest.mark.slow
@pytest.mark.parametrize("scale", [pytest.param(2, marks=pytest.mark.long), pytest.param(3, marks=pytest.mark.long), 4])
def test_pcarn_m_on_set5(shared, alex, scale):
    """Golden: the authors' network, the lpips package; 6 digits are stored. Printed: Tables 4 and 6 of the paper."""
    pytest.importorskip("srbench_pcarn", reason="the network is plugin pcarn's")
    from srbench.bench.measuring.run_job import samples
    from srbench.bench.planning.job import Job
    from srbench.bench.resolve.resolver import Resolver
    from srbench.catalog import load_catalog
    from srbench.inference.upscaler import Upscaler

    resolver = Resolver(load_catalog(), [shared])
    method = resolver.method("pcarn-m", scale)
    job = Job(method, scale, PCARN, (), device="cpu")
    upscaler = Upscaler(method, scale, resize=PCARN.lr, device="cpu")
    measured = {sample.name: alex(sample) for sample in samples(job, resolver.dataset("Set5"), upscaler)}
    with (shared / "fixtures/golden/lpips_pcarn_m_set5.csv").open(newline="") as file:
        golden = {row["image"]: float(row["lpips"]) for row in csv.DictReader(file) if row["scale"] == str(scale)}
    assert measured == pytest.approx(golden, abs=1e-5)
    assert round(np.mean([*measured.values()]), 3) == {2: 0.023, 3: 0.053, 4: 0.080}[scale]


def test_border_is_the_protocols(alex):
    sr, hr = photographs()
    shaved = Sample("one", sr[4:-4, 4:-4], hr[4:-4, 4:-4], 4, NO_BORDER)
    assert alex(Sample("one", sr, hr, 4, STANDARD)) == alex(shaved)


def test_grey_counts_as_three_equal_channels(alex):
    sr, hr = (image[..., 0] for image in photographs())
    coloured = [np.dstack([image] * 3) for image in (sr, hr)]
    assert alex(Sample("grey", sr, hr, 1, NO_BORDER)) == alex(Sample("rgb", *coloured, 1, NO_BORDER))


def test_a_black_image_has_a_finite_distance(alex):
    _, hr = photographs()
    assert 0.1 < alex(Sample("one", np.zeros_like(hr), hr, 1, NO_BORDER)) < 2


def test_lpips_without_hr_is_unavailable(alex):
    with pytest.raises(Unavailable, match="no HR"):
        alex(Sample("one", photographs()[0], None, 1, NO_BORDER))


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_lpips_is_a_symmetric_distance(shared_alex, data):
    shape = data.draw(st.tuples(st.integers(31, 50), st.integers(31, 50), st.just(3)))
    a, b = (data.draw(arrays.arrays(np.uint8, shape)) for _ in range(2))
    distance = shared_alex(Sample("one", a, b, 1, NO_BORDER))
    assert distance >= 0
    assert distance == shared_alex(Sample("one", b, a, 1, NO_BORDER))
    assert shared_alex(Sample("one", a, a, 1, NO_BORDER)) == 0


@pytest.fixture(scope="session")
def shared_alex(shared):
    return released(shared, "alex")


def test_another_networks_file_is_refused(shared):
    with pytest.raises(WeightsError, match="not a checkpoint of Sequential as configured"):
        LpipsAlex(MetricSetup(weights={"alexnet": shared / "weights" / FILES["squeeze"]}))


def test_registered_files_are_the_shared_ones(material):
    from srbench.weights.files import require_weights

    root = material(*(f"weights/{name}" for name in FILES.values()))
    found = {require_weights(spec, [root]).name for spec in WEIGHTS if spec.copies}
    assert found == set(FILES.values())
