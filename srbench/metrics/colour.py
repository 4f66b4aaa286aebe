"""BT.601 luma: the grey image that most SR papers measure on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RED, GREEN, BLUE = 65.481, 128.553, 24.966
"""BT.601 at 8 bits, for colours in [0, 1]; their sum is the studio range's 219 levels."""


def luma(rgb: NDArray[np.uint8], *, rounded: bool) -> NDArray[np.float64]:
    """(H, W, 3) uint8 RGB -> (H, W) float64 luma in [16, 235]: Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255.

    `rounded`: to whole numbers, half up, as MATLAB's ``rgb2ycbcr`` does for uint8 images.
    """
    y: NDArray[np.float64] = rgb.astype(np.float64) @ np.array([RED / 255, GREEN / 255, BLUE / 255])
    y += 16
    # The 194 colours that lie halfway go up on every machine, though floating point misses half of them by 1e-14.
    return np.floor(y + (0.5 + 1e-9)) if rounded else y
