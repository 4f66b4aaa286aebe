"""The one sigma of a network that predicts none: its value, and when it is looked up instead."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from srbench.bench.measuring.constant_sigma import constant_sigma
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.training_set.sources import training_images
from srbench.errors import PluginError, Unavailable
from srbench.imaging.image_io import read_image
from srbench.inference.method import ResolvedMethod
from srbench.metrics.specs.perceptual import METRICS
from srbench.models.prediction import Prediction
from srbench.specs.protocol import RGB

PLL = ResolvedMetric(next(spec for spec in METRICS if spec.name == "pll"))


class Grey:
    """Answers every image with one grey, of HR's size."""

    def __init__(self, level, grow=0):
        self.level, self.grow, self.calls = level, grow, 0

    def __call__(self, lr):
        self.calls += 1
        height, width = (2 * side + self.grow for side in lr.shape[:2])
        return Prediction(torch.full((1, 3, height, width), self.level))


@pytest.fixture
def job(tiny, photos, tmp_path, monkeypatch):
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path / "cache"))
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(b"one")
    images = training_images([str(photos)], DatasetFinder((), tiny.datasets))
    method = ResolvedMethod("grey", tiny.models.get("tiny"), weights=weights, sigma_from=images, sigma_hash="photos")
    return Job(method, 2.0, RGB, (PLL,))


def test_the_constant_is_the_mean_error_of_all_pixels(job):
    errors = [np.abs(read_image(image.files.hr) / 255 - 0.25)[2:-2, 2:-2].ravel() for image in job.method.sigma_from]
    assert constant_sigma(job, Grey(0.25)) == pytest.approx(np.concatenate(errors).mean(), rel=1e-6)


def test_the_constant_is_cached_by_the_bytes_of_the_weights(job):
    first = constant_sigma(job, Grey(0.25))
    again = Grey(0.5)
    assert (constant_sigma(job, again), again.calls) == (first, 0)
    job.method.weights.write_bytes(b"another training of the same recipe")
    other = Grey(0.5)
    assert constant_sigma(job, other) != first
    assert other.calls == len(job.method.sigma_from)


def test_nan_is_refused_and_not_kept(job):
    with pytest.raises(Unavailable, match=r"grey x2: its SR of the training images is NaN or infinite"):
        constant_sigma(job, Grey(float("nan")))
    assert constant_sigma(job, Grey(0.25)) > 0


def test_sr_of_another_size_is_the_models_fault(job):
    with pytest.raises(PluginError, match=r"SR is \(50, 62\), HR is \(48, 60\)"):
        constant_sigma(job, Grey(0.25, grow=2))


def test_every_pixel_counts_alike_whatever_the_size_of_its_image(job, tiny, tmp_path):
    folder = tmp_path / "two"
    folder.mkdir()
    for name, level, side in (("small", 0, 24), ("large", 255, 48)):
        Image.fromarray(np.full((side, side, 3), level, np.uint8)).save(folder / f"{name}.png")
    images = training_images([str(folder)], DatasetFinder((), tiny.datasets))
    job = replace(job, method=replace(job.method, sigma_from=images, sigma_hash="two"))
    small, large = 20 * 20, 44 * 44  # without the border of 2 pixels
    assert constant_sigma(job, Grey(0.25)) == pytest.approx((0.25 * small + 0.75 * large) / (small + large), rel=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        lambda job: replace(job, scale=4.0),
        lambda job: replace(job, protocol=replace(RGB, crop_extra=2)),
        lambda job: replace(job, metrics=(replace(PLL, spec=replace(PLL.spec, version=99)),)),
        lambda job: replace(job, method=replace(job.method, sigma_hash="other photos")),
    ],
    ids=["scale", "protocol", "metric", "images"],
)
def test_another_measurement_is_not_looked_up(job, change):
    constant_sigma(job, Grey(0.25))
    changed, again = change(job), Grey(0.25)
    again.scale = int(changed.scale)
    with suppress(PluginError):  # `Grey` is a network of x2
        constant_sigma(changed, again)
    assert again.calls
