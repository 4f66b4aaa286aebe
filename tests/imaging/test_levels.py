"""Passes over uint8 in float32 and by OpenCV's filter, against float64 and exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from srbench.imaging.levels import LevelPass
from srbench.imaging.resize import _level_pass, output_size, weights

SCALES = [2, 3, 4, 8, 1 / 2, 1 / 3, 1 / 4, 1.5, 2 / 3, 2.37]
BORDERS = ["symmetric", "replicate"]
# Levels at the ends make the most ties and the largest sums.
COLUMNS = arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(7)), elements=st.sampled_from([0, 1, 127, 254, 255]))


def the_pass(n_in, scale, border, kernel="bicubic"):
    return _level_pass(n_in, output_size(n_in, scale), scale, kernel, border)


@given(COLUMNS, st.sampled_from(SCALES), st.sampled_from(BORDERS), st.sampled_from(["bicubic", "bilinear", "nearest"]))
def test_every_pass_equals_the_one_in_float64(image, scale, border, kernel):
    fast = the_pass(len(image), scale, border, kernel)
    matrix = weights(len(image), output_size(len(image), scale), scale, kernel, border)
    assert np.array_equal(fast(image), LevelPass(matrix, 0.0)(image))


@pytest.mark.parametrize("scale", [2, 3, 4, 1 / 2, 1 / 3, 1 / 4])
def test_ties_are_rounded_up(scale):
    image = np.random.default_rng(0).integers(0, 256, (2400, 64), np.uint8)
    matrix = weights(2400, output_size(2400, scale), scale, "bicubic", "symmetric")
    values = matrix @ image.astype(np.float64)
    ties = np.abs(values % 1 - 0.5) < 1e-9
    assert ties.any() == (scale not in {3, 1 / 3})  # odd denominators have none
    assert np.array_equal(the_pass(2400, scale, "symmetric")(image), LevelPass(matrix, 0.0)(image))


@pytest.mark.parametrize("scale", [2, 3, 4, 1 / 2, 1 / 3, 1 / 4])
@pytest.mark.parametrize("border", BORDERS)
def test_the_usual_scales_are_not_in_float64(scale, border):
    found = the_pass(48, scale, border)
    assert found.matrix.dtype == np.float32
    assert (found.phases is not None) == (scale > 1)


@pytest.mark.parametrize(("scale", "parts"), [(2, 128), (3, 27), (4, 1024), (1 / 4, 4096), (2.37, None)])
def test_unit_is_the_common_denominator_of_the_weights(scale, parts):
    assert the_pass(48, scale, "symmetric").unit == (pytest.approx(1 / parts) if parts else 0)


def keys_cubic(x):
    x = abs(x)
    if x <= 1:
        return Fraction(3, 2) * x**3 - Fraction(5, 2) * x**2 + 1
    return -Fraction(1, 2) * x**3 + Fraction(5, 2) * x**2 - 4 * x + 2 if x < 2 else Fraction(0)


@pytest.mark.parametrize(
    "scale", [Fraction(2), Fraction(3), Fraction(4), Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)]
)
def test_equals_sums_of_fractions_rounded_half_up(scale):
    column = np.random.default_rng(0).integers(0, 256, 24).astype(np.uint8)
    stretch = max(Fraction(1), 1 / scale)
    expected = []
    for i in range(int(24 * scale)):
        centre = (i + Fraction(1, 2)) / scale - Fraction(1, 2)
        reads = range(floor(centre - 2 * stretch) - 1, floor(centre + 2 * stretch) + 2)
        values = {k: keys_cubic((centre - k) / stretch) for k in reads}
        total = sum(w * int(column[min(k % 48, 47 - k % 48)]) for k, w in values.items()) / sum(values.values())
        expected.append(min(max(floor(total + Fraction(1, 2)), 0), 255))
    assert the_pass(24, float(scale), "symmetric")(column[:, None]).ravel().tolist() == expected


def test_a_filter_that_is_not_exact_is_not_used(monkeypatch):
    filtered = cv2.filter2D

    def coarse(source, depth, kernel, *rest, **more):
        return filtered(source, depth, np.round(kernel * 256) / 256, *rest, **more)

    monkeypatch.setattr(cv2, "filter2D", coarse)
    _level_pass.cache_clear()
    try:
        assert the_pass(48, 4, "symmetric").phases is None
    finally:
        _level_pass.cache_clear()
