"""PSNR against scikit-image, and its laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from srbench.errors import Unavailable
from srbench.metrics import Sample
from srbench.metrics.psnr import mse, psnr, psnr_from_mse
from srbench.specs.protocol import RGB, STANDARD

SHAPES = st.sampled_from([(5, 7), (5, 7, 3)])
IMAGES = SHAPES.flatmap(lambda shape: arrays(np.float64, (2, *shape), elements=st.floats(0, 255)))


@given(IMAGES)
def test_agrees_with_scikit_image(pair):
    a, b = pair
    assert mse(a, b) == pytest.approx(mean_squared_error(a, b), rel=1e-12)
    assume(mse(a, b) > 1e-12)
    expected = peak_signal_noise_ratio(a, b, data_range=255)
    assert psnr_from_mse(mse(a, b)) == pytest.approx(expected, rel=0, abs=1e-9)


@given(IMAGES)
def test_mse_is_symmetric_and_zero_only_for_equal_images(pair):
    a, b = np.round(pair)
    assert mse(a, b) == mse(b, a)
    assert (mse(a, b) == 0) == np.array_equal(a, b)
    assert mse(a, a) == 0


def test_by_hand():
    assert psnr_from_mse(1) == pytest.approx(48.130803608679, rel=0, abs=1e-11)  # 20 log10(255)
    black, white = np.zeros((4, 4)), np.full((4, 4), 255.0)
    assert psnr_from_mse(mse(black, white)) == 0


def test_equal_images_are_infinitely_good():
    image = np.random.default_rng(0).integers(0, 256, (12, 12, 3), np.uint8)
    assert psnr(Sample("equal", image, image, 2, STANDARD)) == math.inf


def test_rgb_protocol_takes_all_channels():
    hr = np.random.default_rng(0).integers(0, 256, (20, 20, 3), np.uint8)
    sr = np.random.default_rng(1).integers(0, 256, (20, 20, 3), np.uint8)
    inner = np.s_[2:-2, 2:-2]
    expected = peak_signal_noise_ratio(hr[inner], sr[inner])
    assert psnr(Sample("rgb", sr, hr, 2, RGB)) == pytest.approx(expected, rel=0, abs=1e-9)


def test_nothing_left_after_the_border():
    image = np.zeros((8, 30, 3), np.uint8)
    with pytest.raises(Unavailable, match="tiny"):
        psnr(Sample("tiny", image, image, 4, STANDARD))
