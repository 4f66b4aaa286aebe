"""The most detailed part of an image, which is shown if the whole image is too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srbench.imaging.rectangle import Rectangle

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID = 8
"""Multiple, in pixels, at which the top and the left of a window lie."""


def detailed_window(image: NDArray[np.uint8], side: int) -> Rectangle:
    """Return the window of at most `side` pixels with the most detail.

    Detail is the sum of absolute differences of neighbouring pixels; the window lies on a grid of 8 pixels.
    """
    grey = image.astype(np.float64).mean(axis=2) if image.ndim == 3 else image.astype(np.float64)
    height, width = min(side, grey.shape[0]), min(side, grey.shape[1])
    detail = np.zeros_like(grey)
    detail[:, 1:] += np.abs(np.diff(grey, axis=1))
    detail[1:] += np.abs(np.diff(grey, axis=0))
    total = np.pad(detail.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    sums = total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    on_grid = sums[::GRID, ::GRID]
    top, left = np.unravel_index(np.argmax(on_grid), on_grid.shape)
    return Rectangle(int(left) * GRID, int(top) * GRID, width, height)
