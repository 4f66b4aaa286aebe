"""The part of an image that is shown where the whole is too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID = 8
"""Pixels between two places of a window."""


def detailed_window(image: NDArray[np.uint8], side: int) -> tuple[int, int, int, int]:
    """Return top, left, height and width of the window of at most `side` pixels with the most detail.

    Detail is the sum of absolute differences of neighbouring pixels; the window lies on a grid of 8 pixels.
    """
    grey = image.astype(np.float64).mean(axis=2) if image.ndim == 3 else image.astype(np.float64)
    height, width = min(side, grey.shape[0]), min(side, grey.shape[1])
    detail = np.zeros_like(grey)
    detail[:, 1:] += np.abs(np.diff(grey, axis=1))
    detail[1:] += np.abs(np.diff(grey, axis=0))
    total = np.pad(detail.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    sums = total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    top, left = np.unravel_index(np.argmax(sums[::GRID, ::GRID]), sums[::GRID, ::GRID].shape)
    return int(top) * GRID, int(left) * GRID, height, width


def cut(image: NDArray[np.uint8], part: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """Return a view of the part of an image that begins at (top, left) and has (height, width) pixels."""
    top, left, height, width = part
    return image[top : top + height, left : left + width]
