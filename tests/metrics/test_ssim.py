"""SSIM against scikit-image in the settings of Wang et al., and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import data
from skimage.metrics import structural_similarity

from srbench.errors import Unavailable
from srbench.metrics import Sample
from srbench.metrics.ssim import STRIP, mean_ssim, ssim
from srbench.specs.protocol import STANDARD

SIDES = st.integers(11, 24)
PAIRS = st.tuples(SIDES, SIDES).flatmap(lambda s: arrays(np.float64, (2, *s), elements=st.floats(0, 255, width=16)))


def reference(a, b):
    """scikit-image averages over the valid region only."""
    axis = -1 if a.ndim == 3 else None
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    return structural_similarity(a, b, channel_axis=axis, **options)


@pytest.mark.slow
@given(PAIRS)
@settings(deadline=None)
def test_agrees_with_scikit_image(pair):
    assert mean_ssim(*pair) == pytest.approx(reference(*pair), rel=0, abs=1e-9)


@pytest.mark.parametrize("height", [11, STRIP + 10, STRIP + 11, 3 * STRIP + 1])
def test_strips_leave_no_seam(height):
    a = data.camera()[:height, :100].astype(np.float64)
    b = np.clip(a + np.random.default_rng(0).normal(0, 10, a.shape), 0, 255)
    assert mean_ssim(a, b) == pytest.approx(reference(a, b), rel=0, abs=1e-12)


def test_colour_is_the_mean_over_channels():
    a = data.astronaut()[:90, :70].astype(np.float64)
    b = np.roll(a, 1, axis=0)
    assert mean_ssim(a, b) == pytest.approx(reference(a, b), rel=0, abs=1e-12)


@given(PAIRS)
def test_symmetric_and_within_range(pair):
    a, b = pair
    assert mean_ssim(a, b) == mean_ssim(b, a)
    assert -1 <= mean_ssim(a, b) <= 1


@given(PAIRS)
def test_one_for_equal_images_and_only_for_them(pair):
    a, b = np.round(pair)
    assert mean_ssim(a, a) == 1
    assert (mean_ssim(a, b) == 1) == np.array_equal(a, b)


@pytest.mark.parametrize("shape", [(14, 40, 3), (40, 14), (4, 4)])
def test_images_under_one_window_have_none(shape):
    image = np.zeros(shape, np.uint8)
    with pytest.raises(Unavailable, match="SSIM of small"):
        ssim(Sample("small", image, image, 2, STANDARD))


def test_one_window_is_enough():
    image = np.zeros((15, 15, 3), np.uint8)
    assert ssim(Sample("window", image, image, 2, STANDARD)) == 1
