"""BT.601 luma: the grey image that most SR papers measure on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

AFFINE = np.array([[65.481 / 255, 128.553 / 255, 24.966 / 255, 16.0]])
"""R, G, B and 1 to Y."""


def luma(rgb: NDArray[np.uint8], *, rounded: bool) -> NDArray[np.float64]:
    """(H, W, 3) uint8 RGB -> (H, W) float64 luma in [16, 235]: Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255.

    `rounded`: to whole numbers, half up, as MATLAB's ``rgb2ycbcr`` does for uint8 images.
    """
    if not rgb.size:  # OpenCV knows no empty images
        return np.zeros(rgb.shape[:2])
    # Not NumPy's product: its threads take longer to wake up than a photograph takes.
    y = np.asarray(cv2.transform(rgb.astype(np.float64), AFFINE), dtype=np.float64)
    # The 194 colours that lie halfway go up on every machine, though floating point misses half of them by 1e-14.
    return np.floor(y + (0.5 + 1e-9)) if rounded else y
