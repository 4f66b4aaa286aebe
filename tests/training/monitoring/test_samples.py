"""SR images that a training keeps at its validations: what they show, and that nothing else changes."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from srbench import psnr
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.training_set.training_set import load_training_set
from srbench.errors import StoreError
from srbench.imaging.image_io import read_image
from srbench.imaging.rectangle import Rectangle
from srbench.imaging.window import detailed_window
from srbench.models.prediction import Prediction
from srbench.training.monitoring import samples
from srbench.training.monitoring.samples import SampleImages, sample_files
from srbench.training.monitoring.validation import LARGEST, validate
from srbench.training.storage.names import CARD
from srbench.training.trainer import ReportSchedule

SHORT = ("l1.budget.steps=20", "l1.budget.schedule.kind=one-cycle")


def test_a_sample_is_what_was_validated(training):
    """The PSNR of the kept image is that of the card: one small image is held out, which is kept whole."""
    path = training(training.job("tiny-single", *SHORT, scale=2.0))
    (kept,) = sample_files(path.parent)
    ((step, image),) = kept.steps
    card = json.loads((path.parent / CARD).read_text(encoding="utf-8"))
    assert step == 20
    assert card["images"]["held_out"] == [kept.image.removesuffix(" x2")]
    assert psnr(image, kept.hr, scale=2, protocol="standard") == pytest.approx(card["validation"]["last"]["psnr"])


def test_samples_change_neither_weights_nor_key(training, tmp_path):
    job = training.job("tiny", *SHORT, "gan.budget.steps=4")
    kept = training(job)
    without = training(job, root=tmp_path / "without", schedule=ReportSchedule(samples=0))
    assert kept.read_bytes() == without.read_bytes()
    assert kept.parent.name == without.parent.name
    assert sample_files(kept.parent)
    assert not (without.parent / samples.SAMPLES).exists()
    (of_image,) = sample_files(kept.parent)
    assert of_image.image.endswith(" x3")  # of a network for x2 and x3, the larger


def test_of_a_large_image_the_most_detailed_part_is_kept(tmp_path):
    chance = np.random.default_rng(0)
    hr = np.full((300, 400, 3), 128, np.uint8)
    hr[104:296, 200:392] = chance.integers(0, 256, (192, 192, 3), np.uint8)
    kept = SampleImages(tmp_path, 1)
    for step in (300, 100, 20000):
        kept.keep(step, 0, "a/b: <c>", 4.0, hr + np.uint8(step % 7), hr)
    kept.keep(100, 1, "second", 4.0, hr, hr)
    (files,) = sample_files(tmp_path)
    assert [step for step, _ in files.steps] == [100, 300, 20000]
    assert detailed_window(hr, samples.SIDE) == Rectangle(200, 104, 192, 192)
    np.testing.assert_array_equal(read_image(files.hr), hr[104:296, 200:392])
    np.testing.assert_array_equal(read_image(files.steps[0][1]), hr[104:296, 200:392] + np.uint8(100 % 7))


def test_a_window_is_never_larger_than_the_image(photograph):
    window = detailed_window(photograph, 10_000)
    height, width = photograph.shape[:2]
    assert window == Rectangle(0, 0, width, height)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / samples.SAMPLES).write_text("in the way")
    image = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(StoreError, match=samples.SAMPLES):
        SampleImages(tmp_path, 1).keep(1, 0, "a", 2.0, image, image)


def test_an_image_that_is_restored_exactly_does_not_make_the_mean_infinite(photos, tiny):
    """A white margin comes back as it was; the mean is that of the others, as in tables."""
    Image.new("RGB", (60, 48), "white").save(photos / "a-margin.png")

    def load(folder):
        finder = DatasetFinder((), tiny.datasets)
        return load_training_set([str(folder)], finder, scales=(2,), lr_mode="matlab-uint8", patch=8)

    def nearest(lr, scale):
        return Prediction(torch.nn.functional.interpolate(lr, scale_factor=scale, mode="nearest"))

    values = []
    mean = validate(
        nearest, load(photos), (2,), "cpu", lambda _index, scale, sr, hr: values.append(psnr(sr, hr, scale=scale))
    )
    finite = [value for value in values if np.isfinite(value)]
    assert len(finite) == len(values) - 1
    assert mean == pytest.approx(np.mean(finite))
    only = photos.parent / "white"
    only.mkdir()
    Image.new("RGB", (60, 48), "white").save(only / "a.png")
    assert validate(nearest, load(only), (2,), "cpu") is None


@pytest.mark.parametrize("turn", [lambda image: image, lambda image: image.swapaxes(0, 1)], ids=["upright", "turned"])
@pytest.mark.parametrize("channel", [0, 1, 2])
def test_detail_of_each_direction_and_channel_counts(turn, channel):
    image = np.zeros((64, 80, 3), np.uint8)
    image[24:40:2, 48:64, channel] = 200
    image = np.ascontiguousarray(turn(image))
    left, top = (48, 24) if image.shape[1] == 80 else (24, 48)
    assert detailed_window(image, 16) == (left, top, 16, 16)


def test_a_large_image_is_validated_on_a_part():
    seen = []

    def forward(lr, scale):
        seen.append(tuple(lr.shape))
        return Prediction(nn.functional.interpolate(lr, scale_factor=2))

    chance = np.random.default_rng(0)
    lr, hr = (chance.integers(0, 256, (f * 110, f * 120, 3), np.uint8) for f in (1, 2))
    images = SimpleNamespace(names=["a"], lr=lambda *_: lr, hr=lambda *_: hr)
    assert validate(forward, images, (2.0,), "cpu") is not None
    assert seen == [(1, 3, LARGEST, LARGEST)]
