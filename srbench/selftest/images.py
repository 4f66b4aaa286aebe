"""What the golden values were measured on: photographs of scikit-image's wheel, and an image made from a formula.

All arithmetic is in whole numbers, so that every machine has the same pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srbench.data.datasets.demo import images
from srbench.imaging.image_io import read_image

if TYPE_CHECKING:
    from numpy.typing import NDArray


def photograph(name: str) -> NDArray[np.uint8]:
    """The demo dataset's photograph of that name, (H, W, 3) RGB. Raises `DataError` where it isn't installed."""
    return read_image(dict(images())[name])


def card(height: int, width: int) -> NDArray[np.uint8]:
    """An image of smooth ramps and sharp edges over the whole range of levels, (height, width, 3)."""
    y, x, channel = np.ogrid[:height, :width, :3]
    levels: NDArray[np.int64] = (5 * x * x + 3 * y * y + 7 * x * y * (channel + 1)) // 16 % 256
    return levels.astype(np.uint8)


def degraded(hr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`hr`, (H, W, 3), as a mediocre network would give it back: blurred, with a faint pattern. It stands for SR."""
    wide = np.pad(hr.astype(np.int64), ((1, 1), (1, 1), (0, 0)), "edge")
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    blurred = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:] + 8) // 16
    y, x, channel = np.ogrid[: hr.shape[0], : hr.shape[1], :3]
    pattern: NDArray[np.int64] = (3 * x * x + 5 * y * y + 7 * x * y + 11 * channel) % 13 - 6
    levels: NDArray[np.int64] = np.clip(blurred + pattern, 0, 255)
    return levels.astype(np.uint8)


def uncertainty(height: int, width: int) -> NDArray[np.float32]:
    """A network's sigma, (height, width) float32, between 1/255 and 40/255."""
    y, x = np.ogrid[:height, :width]
    levels: NDArray[np.int64] = (3 * x + 5 * y) % 40 + 1
    return levels.astype(np.float32) / np.float32(255)
