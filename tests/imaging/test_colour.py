"""Luma, against exact integer arithmetic over all colours and scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import rgb2ycbcr

from srbench.imaging.colour import luma


@pytest.fixture(scope="module")
def colours():
    """A third of all red levels with every green and blue."""
    levels = np.arange(256, dtype=np.uint8)
    return np.stack(np.meshgrid(levels[::3], levels, levels, indexing="ij"), axis=-1).reshape(-1, 256, 3)


@pytest.mark.slow
def test_agrees_with_scikit_image(colours):
    assert np.abs(luma(colours, rounded=False) - rgb2ycbcr(colours)[..., 0]).max() < 1e-10


def test_rounded_is_half_up_to_the_last_tie(colours):
    thousandths = colours.astype(np.int64) @ [65481, 128553, 24966]
    exact = 16 + (2 * thousandths + 255_000) // 510_000
    assert np.any(thousandths % 255_000 == 127_500)
    assert np.array_equal(luma(colours, rounded=True), exact)


@pytest.mark.parametrize(
    ("rgb", "y"),
    [((0, 0, 0), 16), ((255, 255, 255), 235), ((255, 0, 0), 81), ((0, 255, 0), 145), ((0, 0, 255), 41)],
)
def test_bt601_primaries(rgb, y):
    assert luma(np.array([[rgb]], np.uint8), rounded=True).tolist() == [[y]]


def test_takes_a_view_with_strides():
    image = np.random.default_rng(0).integers(0, 256, (9, 9, 3), np.uint8)
    assert np.array_equal(luma(image[2:-2, 1:-1], rounded=False), luma(image, rounded=False)[2:-2, 1:-1])


def test_empty_image():
    assert luma(np.zeros((0, 5, 3), np.uint8), rounded=True).shape == (0, 5)
