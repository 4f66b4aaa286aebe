"""Images of the golden cases: photographs from scikit-image's wheel, and images computed from formulas.

All arithmetic is in integers, so that the pixels are the same on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srbench.data.datasets.demo import images
from srbench.imaging.image_io import read_image

if TYPE_CHECKING:
    from numpy.typing import NDArray


def photograph(name: str) -> NDArray[np.uint8]:
    """Read a photograph of the demo dataset as (H, W, 3) RGB.

    Raises:
        DataError: if the photograph is not installed.
    """
    return read_image(dict(images())[name])


def card(height: int, width: int) -> NDArray[np.uint8]:
    """Create a (height, width, 3) test image of smooth ramps and sharp edges over the whole range of levels."""
    y, x, channel = np.ogrid[:height, :width, :3]
    levels: NDArray[np.int64] = (5 * x * x + 3 * y * y + 7 * x * y * (channel + 1)) // 16 % 256
    return levels.astype(np.uint8)


def degraded(hr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Degrade an (H, W, 3) HR image by a blur and a faint pattern, as a substitute for a network's SR image."""
    wide = np.pad(hr.astype(np.int64), ((1, 1), (1, 1), (0, 0)), "edge")
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    blurred = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:] + 8) // 16
    y, x, channel = np.ogrid[: hr.shape[0], : hr.shape[1], :3]
    pattern: NDArray[np.int64] = (3 * x * x + 5 * y * y + 7 * x * y + 11 * channel) % 13 - 6
    levels: NDArray[np.int64] = np.clip(blurred + pattern, 0, 255)
    return levels.astype(np.uint8)


def uncertainty(height: int, width: int) -> NDArray[np.float32]:
    """Create a (height, width) float32 sigma between 1/255 and 40/255, as a substitute for a network's."""
    y, x = np.ogrid[:height, :width]
    levels: NDArray[np.int64] = (3 * x + 5 * y) % 40 + 1
    return levels.astype(np.float32) / np.float32(255)
