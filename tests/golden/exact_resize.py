"""MATLAB's bicubic imresize in rational arithmetic: slow, short, and without a rounding error."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

HALF = Fraction(1, 2)


def exact_resize(image, scale, mode):
    """Nested lists of whole numbers, or (``matlab-double``) floats, for a 2-D image of whole numbers."""
    scale = Fraction(scale).limit_denominator(1000)
    rows = [[int(level) for level in row] for row in image]
    for _ in range(2):  # rows first, then columns
        rows = list(zip(*_resize_rows(rows, scale, mode), strict=True))
    return [[float(level) if mode == "matlab-double" else int(level) for level in row] for row in rows]


def _resize_rows(rows, scale, mode):
    return [
        [
            _quantised(sum(weight * rows[index][column] for index, weight in taps), mode)
            for column in range(len(rows[0]))
        ]
        for taps in _taps(len(rows), scale, replicate=mode.endswith("replicate"))
    ]


def _quantised(value, mode):
    return value if mode == "matlab-double" else min(max(floor(value + HALF), 0), 255)


def _taps(size, scale, *, replicate):
    """For each output pixel the (index, weight) pairs of the input; pixels count from 1, as in MATLAB."""
    shrink = min(scale, Fraction(1))
    reach = 4 / shrink
    for position in range(1, ceil(size * scale) + 1):
        centre = position / scale + HALF * (1 - 1 / scale)
        reads = range(floor(centre - reach / 2), floor(centre - reach / 2) + ceil(reach) + 2)
        weights = [_cubic(shrink * (centre - read)) for read in reads]
        yield [
            (_inside(read, size, replicate=replicate), weight / sum(weights))
            for read, weight in zip(reads, weights, strict=True)
            if weight
        ]


def _cubic(x):
    """Keys 1981, a = -1/2."""
    x = abs(x)
    if x <= 1:
        return Fraction(3, 2) * x**3 - Fraction(5, 2) * x**2 + 1
    return -HALF * x**3 + Fraction(5, 2) * x**2 - 4 * x + 2 if x <= 2 else Fraction(0)


def _inside(read, size, *, replicate):
    if replicate:
        return min(max(read, 1), size) - 1
    there_and_back = [*range(size), *reversed(range(size))]
    return there_and_back[(read - 1) % (2 * size)]
