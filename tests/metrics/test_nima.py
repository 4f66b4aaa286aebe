"""NIMA against idealo's network run in Keras with the padding of its day."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from srbench.errors import WeightsError
from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize
from srbench.inference.method import ResolvedMethod
from srbench.inference.upscaler import Upscaler
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.mobilenet import MobileNet
from srbench.metrics.nima import Nima
from srbench.metrics.specs.no_reference import WEIGHTS
from srbench.models.tensors import to_uint8
from srbench.specs.protocol import PCARN

NETWORK = next(spec for spec in WEIGHTS if spec.name == "nima-mobilenet")
ANY_SIZE = st.tuples(st.integers(1, 40), st.integers(1, 40))


@pytest.fixture(scope="session")
def setup(shared):
    return MetricSetup(weights={NETWORK.name: shared / "weights/metrics" / NETWORK.filename})


@pytest.fixture(scope="session")
def metric(setup):
    return Nima(setup)


@pytest.fixture(scope="module")
def golden(shared):
    with (shared / "fixtures/golden/nima_idealo.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def sample(sr):
    return Sample("image", sr, None, 4.0, PCARN)


@pytest.mark.slow
def test_photographs_match_keras(shared, golden, metric):
    rows = [row for row in golden if row["what"] == "HR"]
    assert len(rows) == 19
    for row in rows:
        image = read_image(shared / "data" / row["dataset"] / "HR" / f"{row['image']}.png")
        assert metric(sample(image)) == pytest.approx(float(row["nima"]), rel=0, abs=1e-5), row


@pytest.mark.slow
def test_sr_images_match_keras(shared, golden, metric):
    pcarn = pytest.importorskip("srbench_pcarn")
    (weights,) = (spec for spec in pcarn.srbench_weights() if not spec.resource)
    model = next(spec for spec in pcarn.srbench_models() if spec.name == "pcarn-m")
    method = ResolvedMethod("pcarn-m", model, weights=shared / "weights/sr" / weights.filename, weights_spec=weights)
    upscale = Upscaler(method, 4.0, resize=PCARN.lr, device="cpu")
    rows = [row for row in golden if row["what"] == "PCARN-M x4"]
    assert len(rows) == 5
    for row in rows:
        hr = read_image(shared / "data" / row["dataset"] / "HR" / f"{row['image']}.png")
        height, width = (side - side % 4 for side in hr.shape[:2])
        sr = to_uint8(upscale(imresize(hr[:height, :width], 1 / 4, mode=PCARN.lr)).sr, PCARN.quantise)
        assert metric(sample(sr)) == pytest.approx(float(row["nima"]), rel=0, abs=1e-3), row


@pytest.mark.slow
@given(ANY_SIZE.flatmap(lambda size: arrays(np.uint8, size)))
@settings(deadline=None, max_examples=20)
def test_within_range_for_any_size_and_grey_is_rgb(metric, grey):
    value = metric(sample(grey))
    assert 1 <= value <= 10
    assert value == metric(sample(np.stack([grey] * 3, axis=2)))


def test_constant_image_has_a_value(metric):
    assert 1 < metric(sample(np.full((300, 200, 3), 128, np.uint8))) < 10


def test_the_network_predicts_probabilities(setup):
    network = MobileNet.from_keras(setup.weights[NETWORK.name], classes=10)
    with torch.inference_mode():
        ratings = network(torch.zeros(2, 3, 224, 224))
    assert ratings.shape == (2, 10)
    torch.testing.assert_close(ratings.sum(dim=1), torch.ones(2))


def test_another_number_of_classes_is_refused(setup):
    with pytest.raises(WeightsError, match=r"dense_1\.0\.weight \(10, 1024\) instead of \(5, 1024\)"):
        MobileNet.from_keras(setup.weights[NETWORK.name], classes=5)
