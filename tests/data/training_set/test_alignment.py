"""Normalised cross-correlation, against NumPy's and OpenCV's own, and which pairs it leaves out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from srbench.data.training_set.alignment import correlation
from srbench.data.training_set.training_set import TrainingSet, misaligned
from srbench.errors import DataError
from srbench.imaging.resize import imresize

grey = arrays(np.uint8, (6, 5))


@settings(max_examples=50)
@given(one=grey, other=grey)
def test_as_numpy_and_within_its_bounds(one, other):
    found = correlation(one, other)
    assert -1 <= found <= 1
    assert found == correlation(other, one)
    if one.std() and other.std():
        assert found == pytest.approx(np.corrcoef(one.ravel(), other.ravel())[0, 1], abs=1e-9)


@settings(max_examples=50)
@given(image=grey, gain=st.integers(1, 2), lift=st.integers(0, 20))
def test_brightness_and_contrast_do_not_matter(image, gain, lift):
    small = image // 4
    assert correlation(small, small * gain + lift) == pytest.approx(1)


def test_colour_as_opencv():
    chance = np.random.default_rng(0)
    one, other = chance.integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    expected = float(cv2.matchTemplate(one, other, cv2.TM_CCOEFF_NORMED)[0, 0])
    assert correlation(one, other) == pytest.approx(expected, abs=1e-6)


def test_without_contrast():
    flat, ramp = np.full((4, 4), 9, np.uint8), np.arange(16, dtype=np.uint8).reshape(4, 4)
    assert correlation(flat, flat + 1) == 1
    assert correlation(flat, ramp) == 0


def test_larger_hr_is_looked_at_in_lr_s_size():
    hr = np.random.default_rng(0).integers(0, 256, (24, 36, 3), dtype=np.uint8)
    for scale in (2, 3, 4):
        assert correlation(imresize(hr, 1 / scale), hr) == pytest.approx(1)


def test_grey_against_colour_is_refused():
    with pytest.raises(DataError, match="use two grey or two RGB images"):
        correlation(np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.uint8))


def test_a_shifted_pair_is_left_out_and_named():
    """The paper's threshold, 0.99: a pixel's shift of LR is below it, the pair itself is not."""
    hr = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (48, 48, 3), dtype=np.uint8), (0, 0), 2)
    lr = imresize(hr, 0.5)
    pictures = [lr, hr, np.roll(lr, 1, axis=1), hr]
    starts = np.cumsum([0, *(picture.shape[0] * picture.shape[1] for picture in pictures)])
    rows = np.array([[starts[2 * k], 24, 24, starts[2 * k + 1], 48] for k in range(2)])
    pixels = np.concatenate([picture.reshape(-1, 3) for picture in pictures])
    images = TrainingSet(("good", "shifted"), (2.0,), (), pixels, {2.0: rows}, ("", ""))
    found = misaligned(images, 0.99)
    assert list(found) == [1]
    value = correlation(np.roll(lr, 1, axis=1), hr)
    assert found[1] == f"shifted (correlation {value:.4f} at x2)"
    assert value < 0.99
