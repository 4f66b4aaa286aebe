"""Real-like LR: the same each time, unlike from image to image, blurred and noisy as it is said to be, in its place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from srbench_gpnas_ensemble import degradation
from srbench_gpnas_ensemble.degradation import gaussian, real_like, real_like_equal_size

from srbench.data.training_set.alignment import correlation
from srbench.imaging.resize import imresize


@pytest.fixture(scope="module")
def photograph():
    from skimage.data import astronaut

    return np.ascontiguousarray(astronaut()[:301, :242])


deviations = st.floats(0.8, 3)  # a narrower one, sampled at whole pixels, has less variance than it should


@settings(max_examples=30)
@given(first=deviations, second=deviations, angle=st.floats(0, math.pi))
def test_the_kernel_has_the_moments_it_was_asked_for(first, second, angle):
    kernel = gaussian(first, second, angle)
    radius = len(kernel) // 2
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    moments = [[(kernel * a * b).sum() for a in (x, y)] for b in (x, y)]
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    expected = turn @ np.diag([first**2, second**2]) @ turn.T
    assert kernel.sum() == pytest.approx(1)
    np.testing.assert_allclose(moments, expected, atol=0.02 * max(first, second) ** 2)


def test_the_same_on_every_call_and_another_for_every_image_scale_and_seed(photograph):
    first = real_like(photograph, 2, "a")
    assert np.array_equal(first, real_like(photograph, 2, "a"))
    assert not np.array_equal(first, real_like(photograph, 2, "b"))
    assert not np.array_equal(first, real_like(photograph, 2, "a", seed=1))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_sizes(photograph, scale):
    height, width = photograph.shape[:2]
    assert real_like(photograph, scale, "a").shape == (height // scale, width // scale, 3)
    assert real_like(photograph[..., 0], scale, "a").shape == (height // scale, width // scale)
    equal = real_like_equal_size(photograph, scale, "a")
    assert (equal.shape, equal.dtype) == (photograph.shape, np.uint8)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_lr_lies_on_hr(photograph, scale):
    """Moved by a pixel it fits worse: pairs are aligned, as the paper asks of its own."""
    hr = photograph[: 301 // scale * scale, : 242 // scale * scale]
    for name in "abcd":
        lr = real_like(hr, scale, name)
        here = correlation(lr, hr)
        assert here > 0.97
        for axis in (0, 1):
            assert correlation(np.roll(lr, 1, axis), hr) < here
            assert correlation(np.roll(lr, -1, axis), hr) < here


def test_noise_grows_with_intensity_as_a_sensor_s_does():
    """On even fields nothing but noise is left; in linear light its variance is shot * intensity + read ** 2."""
    for name in ("a", "b", "c"):
        measured = {}
        for level in (60, 120, 200):
            noisy = real_like(np.full((400, 400), level, np.uint8), 2, name) / 255
            measured[level] = float((noisy**degradation.GAMMA).var())
        for level, variance in measured.items():
            linear = (level / 255) ** degradation.GAMMA
            slope = degradation.GAMMA * (level / 255) ** (degradation.GAMMA - 1)
            rounding = (slope / 255) ** 2 / 12
            least, most = (
                shot * linear + read**2 for shot, read in zip(degradation.SHOT, degradation.READ, strict=True)
            )
            assert 0.9 * least <= variance <= 1.1 * (most + 2 * rounding)
        assert measured[60] < measured[120] < measured[200]


def test_blurrier_than_bicubic(photograph):
    """The kernel takes away detail that plain downsampling keeps; noise, which is averaged out, adds none."""
    clean = imresize(photograph[:300, :240], 1 / 2).astype(float)
    mean = np.mean([real_like(photograph[:300, :240], 2, str(k)) for k in range(12)], axis=0)
    assert np.abs(np.diff(mean, axis=0)).mean() < 0.95 * np.abs(np.diff(clean, axis=0)).mean()
