"""Peak signal-to-noise ratio."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2

from srbench.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from srbench.metrics.sample import Sample

PEAK = 255.0


def psnr(sample: Sample) -> float:
    """PSNR in dB of SR against HR as the protocol compares them; inf for equal images.

    Raises `Unavailable` for an image of which shaving the border leaves nothing.
    """
    a, b = sample.pair
    if not a.size:
        raise Unavailable(f"PSNR of {sample.name}: shaving the border leaves no pixel of it")
    return psnr_from_mse(mse(a, b))


def psnr_from_mse(error: float) -> float:
    """10 log10(255² / MSE) in dB; inf for an error of 0. A pooled PSNR hands in the mean of a set's `mse`."""
    return 10 * math.log10(PEAK**2 / error) if error else math.inf


def mse(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Mean squared error over all pixels and channels of two images in [0, 255], each (H, W) or (H, W, C)."""
    return cv2.norm(a, b, cv2.NORM_L2SQR) / a.size
