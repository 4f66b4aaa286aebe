"""Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004)."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

import cv2
import numpy as np

from srbench.errors import Unavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srbench.metrics.sample import Sample

WINDOW, SIGMA = 11, 1.5
STRIP = 64
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(sample: Sample) -> float:
    """Compute the SSIM of SR against HR on the protocol's channels, in [-1, 1]; 1 for equal images.

    Raises:
        Unavailable: if the image is smaller after border cropping than the 11 x 11 window.
    """
    a, b = sample.pair
    if min(a.shape[:2]) < WINDOW:
        height, width = a.shape[:2]
        raise Unavailable(
            f"SSIM of {sample.name}: {width} x {height} pixels after border cropping; needs {WINDOW} x {WINDOW}"
        )
    return mean_ssim(a, b)


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
    # One strip at a time, so that intermediate arrays fit into the processor's cache.
    strips = (slice(top, min(top + STRIP, height) + WINDOW - 1) for top in range(0, height, STRIP))
    return float(sum(np.sum(_ssim_map(a[rows], b[rows])) for rows in strips) / (height * width))


def _ssim_map(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    # Four windowed means (of s = a + b, d = a - b and their squares) suffice in place of five: 4 E[ab] = E[s²] - E[d²]
    # and 2 E[a² + b²] = E[s²] + E[d²]. All four terms are doubled. For equal images numerator and denominator are
    # identical, so the result is exactly 1.
    s, d = a + b, a - b
    s_mean2, d_mean2 = _windowed_mean(s) ** 2, _windowed_mean(d) ** 2
    s_power, d_power = _windowed_mean(s * s), _windowed_mean(d * d)
    product, squares = s_mean2 - d_mean2, s_mean2 + d_mean2
    covariance, variances = s_power - d_power - product, s_power + d_power - squares
    return (product + 2 * C1) * (covariance + 2 * C2) / ((squares + 2 * C1) * (variances + 2 * C2))


def _windowed_mean(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the Gaussian-weighted mean at every position where the window lies inside the image."""
    kernel = cv2.getGaussianKernel(WINDOW, SIGMA)
    half = WINDOW // 2
    return np.asarray(cv2.sepFilter2D(image, -1, kernel, kernel)[half:-half, half:-half], dtype=np.float64)
