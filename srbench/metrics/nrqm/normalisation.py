"""Divisive normalisation of the bands of a pyramid (Ma et al. 2017, Section 3.1: global frequency features).

A coefficient is divided by the local deviation under a Gaussian scale mixture (Wainwright, Simoncelli 2000), which is
that of its neighbours in space, scale and orientation, as in DIIVINE (Moorthy, Bovik 2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

GUARD = 16
"""Pixels cropped from each side of a normalised band at the first scale; half as many at the second."""
STRIP = 4096
"""Approximate number of neighbourhoods computed at once, so that they fit into the processor's cache."""
SHIFTS = tuple((row, column) for row in range(3) for column in range(3))
"""Offsets (rows, columns) of a pixel's 3 x 3 neighbours from the first of them."""


def normalised(
    bands: Sequence[NDArray[np.float64]], parents: Sequence[NDArray[np.float64] | None], guard: int
) -> list[NDArray[np.float64]]:
    """Normalise the bands of one scale; each is centred after the crop.

    Args:
        bands: Bands of equal (H, W), by orientation.
        parents: Bands of the next scale, resized to at least (H, W); None for a band that has no parent.
        guard: Crop border of the results in pixels.

    Returns:
        Arrays of (H - 2 - 2 guard, W - 2 - 2 guard).
    """
    return [_normalised(bands, number, parent, guard) for number, parent in enumerate(parents)]


def _normalised(
    bands: Sequence[NDArray[np.float64]], number: int, parent: NDArray[np.float64] | None, guard: int
) -> NDArray[np.float64]:
    others = [band for other, band in enumerate(bands) if other != number]
    centres = [band[1:-1, 1:-1] for band in ([parent] if parent is not None else []) + others]
    height, width = (side - 2 for side in bands[number].shape)
    covariance = sum(
        block @ block.T for block in _neighbourhoods(bands[number], centres, slice(0, height), slice(0, width))
    )
    whiten = _whitening(np.asarray(covariance) / (height * width))
    inside = slice(guard, height - guard), slice(guard, width - guard)
    power = np.concatenate(
        [
            np.einsum("nk,nk->k", white, white)
            for white in map(whiten.__matmul__, _neighbourhoods(bands[number], centres, *inside))
        ]
    )
    inner = bands[number][1:-1, 1:-1]
    # As in the authors' code, the neighbours at other orientations are not counted here.
    deviation = np.sqrt(power / (len(SHIFTS) + (parent is not None))).reshape(height - 2 * guard, -1)
    coefficients = inner[inside] - inner.mean()
    result = np.divide(coefficients, deviation, out=np.zeros_like(coefficients), where=deviation != 0)
    return np.asarray(result - result.mean(), dtype=np.float64)


def _neighbourhoods(
    band: NDArray[np.float64], centres: Sequence[NDArray[np.float64]], rows: slice, columns: slice
) -> Iterator[NDArray[np.float64]]:
    """Yield (neighbours, pixels) of the inner pixels, strip by strip."""
    width = columns.stop - columns.start
    at_once = max(1, STRIP // width)
    for top in range(rows.start, rows.stop, at_once):
        bottom = min(top + at_once, rows.stop)
        block = np.empty((len(SHIFTS) + len(centres), bottom - top, width))
        for neighbour, (row, column) in zip(block, SHIFTS, strict=False):
            neighbour[:] = band[top + row : bottom + row, columns.start + column : columns.stop + column]
        for neighbour, centre in zip(block[len(SHIFTS) :], centres, strict=True):
            neighbour[:] = centre[top:bottom, columns]
        yield block.reshape(len(block), -1)


def _whitening(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix W with W' W = pinv(covariance); directions without variance are left out.

    Negative eigenvalues, which are rounding errors, are cut off and the others scaled so that the trace stays.
    """
    values, vectors = np.linalg.eigh(covariance)
    total, values = values.sum(), np.maximum(values, 0)
    values *= total / (values.sum() or 1)
    kept = values > len(values) * np.spacing(values.max())
    return np.asarray(vectors[:, kept].T / np.sqrt(values[kept])[:, None], dtype=np.float64)
