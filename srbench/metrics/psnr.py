"""Peak signal-to-noise ratio."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2

from srbench.errors import Unavailable
from srbench.metrics.tensor_images import pair_in_double

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.metrics.sample import Sample

PEAK = 255.0
"""Largest grey level."""


def psnr(sample: Sample) -> float:
    """Compute the PSNR of SR against HR on the protocol's channels, in dB; inf for equal images.

    Raises:
        Unavailable: if border cropping leaves no pixel.
    """
    on_gpu = sample.device_pair
    if 0 in (on_gpu or sample.pair)[0].shape:
        raise Unavailable(f"PSNR of {sample.name}: cropping the border leaves no pixel; use a larger image")
    return psnr_from_mse(float(tensor_mse(*on_gpu)) if on_gpu else mse(*sample.pair))


def psnr_from_mse(error: float) -> float:
    """Return 10 log10(255² / MSE) in dB; inf for an error of 0.

    For a pooled PSNR, pass the mean of the `mse` over a dataset.
    """
    return 10 * math.log10(PEAK**2 / error) if error else math.inf


def mse(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Compute the mean squared error over all pixels and channels of two (H, W) or (H, W, C) images in [0, 255]."""
    return cv2.norm(a, b, cv2.NORM_L2SQR) / a.size


def tensor_mse(a: Tensor, b: Tensor) -> Tensor:
    """Compute the mean squared error of each image, (B,), in float64, without gradients.

    Args:
        a: (B, C, H, W) in [0, 255], of any type.
        b: Images of the same shape.

    Raises:
        ValueError: if the shapes differ, or are not (B, C, H, W).
    """
    a, b = pair_in_double(a, b)
    return (a - b).square_().mean(dim=(1, 2, 3))
