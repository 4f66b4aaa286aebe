"""BT.601 luma: the grey image that most SR papers measure on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255, as an affine map that cv2.transform applies in float64.
AFFINE = np.array([[65.481 / 255, 128.553 / 255, 24.966 / 255, 16.0]])


def luma(rgb: NDArray[np.uint8], *, rounded: bool) -> NDArray[np.float64]:
    """(H, W, 3) uint8 RGB -> (H, W) float64 luma in [16, 235], BT.601 studio range.

    `rounded`: to whole numbers, half up, as MATLAB's ``rgb2ycbcr`` does for uint8 images.
    """
    y = np.asarray(cv2.transform(rgb.astype(np.float64), AFFINE), dtype=np.float64)
    # The 194 colours that lie halfway go up on every machine, though floating point misses half of them by 1e-14.
    return np.floor(y + (0.5 + 1e-9)) if rounded else y
