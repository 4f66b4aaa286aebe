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
    """Compute the PSNR of SR against HR on the protocol's channels, in dB; inf for equal images.

    Raises:
        Unavailable: if border cropping leaves no pixel.
    """
    a, b = sample.pair
    if not a.size:
        raise Unavailable(f"PSNR of {sample.name}: cropping the border leaves no pixel; use a larger image")
    return psnr_from_mse(mse(a, b))


def psnr_from_mse(error: float) -> float:
    """Return 10 log10(255² / MSE) in dB; inf for an error of 0.

    For a pooled PSNR, pass the mean of the `mse` over a dataset.
    """
    return 10 * math.log10(PEAK**2 / error) if error else math.inf


def mse(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Compute the mean squared error over all pixels and channels of two (H, W) or (H, W, C) images in [0, 255]."""
    return cv2.norm(a, b, cv2.NORM_L2SQR) / a.size
