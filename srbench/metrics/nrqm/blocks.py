"""Statistics of the cosine transforms of blocks (Ma et al. 2017, Section 3.1: local frequency features).

These are the features of BLIINDS-II (Saad, Bovik, Charrier 2012): shape and variation of the 48 coefficients of a
block, and how much the variation differs between three directions.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.fft import dct

from srbench.metrics.nrqm.shape import EPSILON, nearest_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srbench.metrics.nrqm.conventions import Conventions

STEP, OVERLAP = 3, 2
SIDE = STEP + 2 * OVERLAP
"""Height and width of a block in pixels: 3 x 3 of its own, and 2 of its neighbours on each side."""
STRIP = 1024
"""Approximate number of blocks computed at once, so that their coefficients fit into the processor's cache."""
DIRECTED_EPSILON = 1e-8
"""Constant added to the means of magnitudes in a sector of directions."""
FLAT = tuple((0, column) for column in range(1, SIDE))
HORIZONTAL = (*FLAT, *((1, column) for column in range(2, 7)), (2, 4), (2, 5), (2, 6), (3, 5), (3, 6))
"""Coefficients (row, column) in the first of the three sectors of directions."""
VERTICAL = tuple((column, row) for row, column in HORIZONTAL)
DIAGONAL = (
    *((1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (3, 4)),
    *((4, 3), (4, 4), (4, 5), (4, 6), (5, 4), (5, 5), (5, 6), (6, 4), (6, 5), (6, 6)),
)


def block_features(image: NDArray[np.float64], conventions: Conventions) -> NDArray[np.float64]:
    """Compute the 6 features of an (H, W) image in [0, 1].

    The features are the means of the lowest tenth and of all shapes, of the highest tenth and of all variations, and of
    the highest tenth and of all differences between directions.
    """
    shapes, variations, differences = block_statistics(image, conventions)
    lowest = int(np.ceil(shapes.size * 0.1)) + conventions.more_lowest
    # MATLAB's fix(0.9 n):end counts from 1, so that it begins one block before the highest tenth.
    above = int(shapes.size * 0.9) - 1 + conventions.fewer_highest
    features = [np.partition(shapes, lowest - 1)[:lowest].mean(), shapes.mean()]
    for values in (variations, differences):
        features += [np.partition(values, above)[above:].mean(), values.mean()]
    return np.array(features)


def block_statistics(image: NDArray[np.float64], conventions: Conventions) -> NDArray[np.float64]:
    """Return (3, blocks) shapes, variations and differences between directions; pixels beyond the border are 0."""
    height, width = image.shape
    rows, columns = -(-height // STEP), -(-width // STEP)
    padded = np.zeros((rows * STEP + 2 * OVERLAP, columns * STEP + 2 * OVERLAP))
    top, left = (OVERLAP + (conventions.centred_blocks and side % STEP == 1) for side in (height, width))
    padded[top : top + height, left : left + width] = image
    at_once = max(1, STRIP // columns)
    strips = (padded[row * STEP : min(row + at_once, rows) * STEP + 2 * OVERLAP] for row in range(0, rows, at_once))
    return np.hstack([_statistics(_windows(strip)) for strip in strips])


def _windows(strip: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (49, blocks) pixels of the blocks of a strip."""
    rows, columns = ((side - 2 * OVERLAP) // STEP for side in strip.shape)
    windows = np.empty((SIDE, SIDE, rows, columns))
    for row in range(SIDE):
        for column in range(SIDE):
            windows[row, column] = strip[row::STEP, column::STEP][:rows, :columns]
    return windows.reshape(SIDE * SIDE, -1)


@cache
def _transform() -> NDArray[np.float64]:
    """Return the (48, 49) matrix of the orthonormal two-dimensional cosine transform, without the mean of the block."""
    line = dct(np.eye(SIDE), axis=0, norm="ortho")
    return np.asarray(np.kron(line, line)[1:], dtype=np.float64)


@cache
def _sectors() -> tuple[NDArray[np.intp], ...]:
    return tuple(
        np.array([row * SIDE + column - 1 for row, column in sector]) for sector in (HORIZONTAL, DIAGONAL, VERTICAL)
    )


def _statistics(windows: NDArray[np.float64]) -> NDArray[np.float64]:
    coefficients = _transform() @ windows
    magnitudes = np.abs(coefficients)
    coefficients -= coefficients.mean(axis=0)
    variance = np.einsum("cb,cb->b", coefficients, coefficients) / (len(coefficients) - 1)
    deviation = np.abs(coefficients, out=coefficients).mean(axis=0)
    directions = np.array([_variation(magnitudes[sector], DIRECTED_EPSILON) for sector in _sectors()])
    return np.array(
        [nearest_shape(variance, deviation), _variation(magnitudes, EPSILON), np.var(directions, axis=0, ddof=1)]
    )


def _variation(magnitudes: NDArray[np.float64], epsilon: float) -> NDArray[np.float64]:
    """Return the standard deviation of the rows divided by their mean."""
    mean = magnitudes.mean(axis=0)
    centred = magnitudes - mean
    deviation = np.sqrt(np.einsum("cb,cb->b", centred, centred) / (len(centred) - 1))
    return np.asarray(deviation / (mean + epsilon), dtype=np.float64)
