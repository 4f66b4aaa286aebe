"""Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004)."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

import cv2
import numpy as np

from srbench.errors import Unavailable
from srbench.metrics.tensor_filter import tensor_filter
from srbench.metrics.tensor_images import pair_in_double

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.metrics.sample import Sample

WINDOW, SIGMA = 11, 1.5
"""Side and standard deviation of the Gaussian window, in pixels."""
HALF = WINDOW // 2
KERNEL = cv2.getGaussianKernel(WINDOW, SIGMA)
STRIP = 128
"""Number of rows of windows computed at once."""
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
"""Constants that stabilise the ratios, (K1 L)^2 and (K2 L)^2."""


def ssim(sample: Sample) -> float:
    """Compute the SSIM of SR against HR on the protocol's channels, in [-1, 1]; 1 for equal images.

    Raises:
        Unavailable: if the image is smaller after border cropping than the 11 x 11 window.
    """
    on_gpu = sample.device_pair
    height, width = on_gpu[0].shape[2:] if on_gpu else sample.pair[0].shape[:2]
    if min(height, width) < WINDOW:
        raise Unavailable(
            f"SSIM of {sample.name}: {width} x {height} pixels after border cropping; needs {WINDOW} x {WINDOW}"
        )
    return float(tensor_ssim(*on_gpu)) if on_gpu else mean_ssim(*sample.pair)


def mean_ssim(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Compute the mean SSIM (Eq. 13 and 17) of two images in [0, 255], (H, W) or (H, W, C).

    (H, W, C) images are averaged over the channels. The window is Gaussian, 11 x 11 with sigma 1.5; K = (0.01, 0.03)
    and L = 255. Only windows inside the image count, as in the authors' ``ssim_index.m``, so both images must be at
    least 11 x 11.
    """
    if a.ndim == 3:
        return fmean(_plane_ssim(a[..., channel], b[..., channel]) for channel in range(a.shape[2]))
    return _plane_ssim(a, b)


def _plane_ssim(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    height, width = a.shape[0] - WINDOW + 1, a.shape[1] - WINDOW + 1
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)  # OpenCV would copy every strip
    # One strip at a time, into the same arrays, so that they stay in the processor's cache.
    buffers = np.empty((6, min(STRIP, height) + WINDOW - 1, a.shape[1]))
    strips = (slice(top, min(top + STRIP, height) + WINDOW - 1) for top in range(0, height, STRIP))
    return float(sum(_sum_of_ssim(a[rows], b[rows], buffers) for rows in strips) / (height * width))


def _sum_of_ssim(a: NDArray[np.float64], b: NDArray[np.float64], buffers: NDArray[np.float64]) -> float:
    """Return the sum of SSIM over all windows inside a strip; `buffers` is memory for six arrays of its size.

    Four windowed means, those of a, b, ab and (a - b)² / 2, suffice in place of five. With each term of Eq. 13 halved,
    the denominators are the numerators and half of the squared difference of the means, or of the variance of a - b. So
    for equal images the two are identical, and the result is exactly 1.
    """
    first, second, mean_a, mean_b, mean_product, half_power = buffers[:, : len(a)]
    np.multiply(a, b, out=first)
    np.subtract(a, b, out=second)
    cv2.multiply(second, second, second, scale=0.5)
    _windowed_mean(a, mean_a)
    _windowed_mean(b, mean_b)
    _windowed_mean(first, mean_product, C1 / 2 + C2 / 2)
    _windowed_mean(second, half_power)
    # Whole rows, with the windows that reach over the edges: NumPy is much faster than on the inside of rows.
    rows = slice(HALF, len(a) - HALF)
    numerator, difference, covariance, variance = first[rows], second[rows], mean_product[rows], half_power[rows]
    np.subtract(mean_a[rows], mean_b[rows], out=difference)
    cv2.multiply(difference, difference, difference, scale=0.5)
    np.multiply(mean_a[rows], mean_b[rows], out=numerator)
    numerator += C1 / 2
    covariance -= numerator
    variance -= difference
    variance += covariance
    difference += numerator
    numerator *= covariance
    difference *= variance
    numerator /= difference
    return float(cv2.sumElems(numerator[:, HALF:-HALF])[0])


def _windowed_mean(image: NDArray[np.float64], result: NDArray[np.float64], offset: float = 0.0) -> None:
    """Write the Gaussian-weighted mean around every pixel, plus `offset`, to `result`.

    Values less than `HALF` pixels from the edges, where the window reaches over them, must not be used.
    """
    cv2.sepFilter2D(image, -1, KERNEL, KERNEL, result, delta=offset)


def tensor_ssim(a: Tensor, b: Tensor) -> Tensor:
    """Compute the mean SSIM of each image, (B,), on the device of the images, as `mean_ssim` does: without gradients.

    Args:
        a: (B, C, H, W) in [0, 255], of any type.
        b: Images of the same shape.

    Raises:
        ValueError: if the shapes differ, or are not (B, C, H, W).
        Unavailable: if the images are smaller than the 11 x 11 window.
    """
    a, b = pair_in_double(a, b)
    height, width = a.shape[2:]
    if min(height, width) < WINDOW:
        raise Unavailable(f"SSIM: {width} x {height} pixels; needs {WINDOW} x {WINDOW}")
    difference = a - b
    mean_a, mean_b, mean_product, half_power = map(_tensor_mean, (a, b, a * b, difference.mul_(difference).mul_(0.5)))
    difference = (mean_a - mean_b).square_().mul_(0.5)
    numerator = mean_a.mul_(mean_b).add_(C1 / 2)
    covariance = mean_product.add_(C1 / 2 + C2 / 2).sub_(numerator)
    variance = half_power.sub_(difference).add_(covariance)
    return (numerator * covariance).div_(difference.add_(numerator).mul_(variance)).mean(dim=(1, 2, 3))


def _tensor_mean(planes: Tensor) -> Tensor:
    """Return the Gaussian-weighted mean of each window inside (B, C, H, W) images."""
    for dim in (2, 3):
        planes = tensor_filter(planes, KERNEL.ravel().tolist(), dim)
    return planes
