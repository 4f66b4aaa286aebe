"""Properties that every registered metric of images must have; exact values are tested metric by metric."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from srbench.bench.measuring.metric_values import metric_function
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.errors import Unavailable
from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize
from srbench.metrics import Sample
from srbench.specs.protocol import RGB, STANDARD
from srbench.storage.roots import data_roots

SPECS = [spec for spec in load_catalog().metrics if spec.subject == "image" and not spec.name.startswith("pyiqa:")]
METRICS = [spec.name for spec in SPECS]
COMPARING = [spec.name for spec in SPECS if spec.reference and not spec.requires]
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
SCALE = 2


@pytest.fixture(scope="module")
def measure(shared):
    """`measure(name, sample, device)`: the metric as a run would build it; skipped where its weights aren't here."""
    resolver = Resolver(load_catalog(), data_roots([shared]))
    built = {}

    def call(name: str, sample: Sample, device: str = "cpu") -> float:
        if (name, device) not in built:
            try:
                built[name, device] = metric_function(resolver.metric(load_catalog().metrics.get(name)), device)
            except Unavailable as reason:
                pytest.skip(str(reason))
        return built[name, device](sample)

    return call


def sample(sr, hr, protocol=STANDARD) -> Sample:
    floats = np.atleast_3d(sr).astype(np.float32) / 255
    return Sample("image", sr, hr, SCALE, protocol, sr_float=floats, sigma=np.full(sr.shape[:2], 0.1, np.float32))


@pytest.fixture(scope="module")
def photograph(shared):
    return read_image(shared / "data" / "Set5" / "HR" / "bird.png")


@pytest.fixture(scope="module")
def blurred(photograph):
    small = imresize(photograph, 1 / SCALE)
    return imresize(small, SCALE, size=photograph.shape[:2])


@pytest.mark.parametrize("protocol", [STANDARD, RGB], ids=lambda protocol: protocol.name)
@pytest.mark.parametrize("name", METRICS)
def test_a_number_within_its_range_and_the_same_again(measure, photograph, blurred, name, protocol):
    spec = load_catalog().metrics.get(name)
    value = measure(name, sample(blurred, photograph, protocol))
    assert math.isfinite(value)
    assert spec.range[0] <= value <= spec.range[1]
    assert measure(name, sample(blurred, photograph, protocol)) == value


@pytest.mark.parametrize("name", COMPARING)
def test_hr_itself_is_better_than_a_blurred_copy(measure, photograph, blurred, name):
    spec = load_catalog().metrics.get(name)
    perfect, worse = (measure(name, sample(sr, photograph)) for sr in (photograph, blurred))
    assert perfect > worse if spec.better == "higher" else perfect < worse


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.full((200, 210, 3), 128, np.uint8), id="constant"),
        pytest.param(np.zeros((9, 9, 3), np.uint8), id="tiny"),
        pytest.param(np.full((200, 210), 7, np.uint8), id="grey and constant"),
        pytest.param(np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8), id="grey noise"),
    ],
)
@pytest.mark.parametrize("name", METRICS)
def test_an_odd_image_gives_a_number_or_a_reason(measure, name, image):
    """Never NaN, never another exception: what can't be measured says why."""
    try:
        outcome = measure(name, sample(image, image[::-1].copy()))
    except Unavailable as reason:
        outcome = str(reason)
    assert outcome if isinstance(outcome, str) else not math.isnan(outcome)


@pytest.mark.skipif("cuda" not in DEVICES, reason="no CUDA device here")
@pytest.mark.parametrize("name", METRICS)
def test_cpu_and_gpu_agree(measure, photograph, blurred, name):
    cpu, gpu = (measure(name, sample(blurred, photograph), device) for device in ("cpu", "cuda"))
    assert gpu == pytest.approx(cpu, rel=1e-5)
