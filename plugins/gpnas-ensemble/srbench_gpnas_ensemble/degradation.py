"""Real-like LR images of HR images, by Eq. 1: an unknown blur, downsampling, a camera's noise."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from srbench.imaging.hr_crop import lr_side
from srbench.imaging.resize import imresize

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 0
WIDTHS = 0.2, 0.8
"""Standard deviations of the blur along its two axes, in LR pixels: about what a lens leaves."""
SHOT = 2e-5, 4e-4
"""Variance of the noise of photons, as a share of the linear intensity in [0, 1]; drawn evenly in its logarithm."""
READ = 2e-4, 1e-3
"""Standard deviation of the noise that a sensor adds whatever the intensity; likewise."""
GAMMA = 2.2
"""Noise comes before a camera makes sRGB of intensities; this is near enough to sRGB's curve."""


def real_like(hr: NDArray[np.uint8], scale: float, name: str, *, seed: int = SEED) -> NDArray[np.uint8]:
    """LR of `hr`, (H, W, 3) RGB or (H, W) grey: (h, w, 3) or (h, w), h and w being H / `scale` and W / `scale`.

    Blur and noise are drawn from `seed`, `name`, the image's, and `scale` alone: the same on every call. Downsampling
    is MATLAB's bicubic, with antialiasing, so that pixels keep their places.
    """
    chance = _chance(seed, name, scale)
    low, high = (width * scale for width in WIDTHS)
    first, second = chance.uniform(low, high, 2)
    kernel = gaussian(first, second, chance.uniform(0, math.pi))
    blurred = cv2.filter2D(hr.astype(np.float64) / 255, -1, kernel, borderType=cv2.BORDER_REFLECT)
    size = lr_side(hr.shape[0], scale), lr_side(hr.shape[1], scale)
    clean = imresize(blurred, 1 / scale, mode="matlab-double", size=size).clip(0, 1)
    return _quantised(_noisy(clean, chance))


def real_like_equal_size(hr: NDArray[np.uint8], scale: float, name: str, *, seed: int = SEED) -> NDArray[np.uint8]:
    """LR of HR's size, as in RealSR: what `real_like` gives, enlarged again by MATLAB's bicubic."""
    small = real_like(hr, scale, name, seed=seed)
    return imresize(small, scale, size=(hr.shape[0], hr.shape[1])).astype(np.uint8, copy=False)


def gaussian(first: float, second: float, angle: float) -> NDArray[np.float64]:
    """An anisotropic Gaussian of sum 1: deviations `first` and `second` pixels, `first` at `angle` to the x axis.

    Its side is odd and reaches four deviations to either side.
    """
    radius = max(1, math.ceil(4 * max(first, second)))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float64)
    along, across = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    kernel: NDArray[np.float64] = np.exp(-0.5 * ((along / first) ** 2 + (across / second) ** 2))
    kernel /= kernel.sum()
    return kernel


def _chance(seed: int, name: str, scale: float) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}:{name}:x{scale:g}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _noisy(image: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.float64]:
    """`image` in [0, 1] with noise that grows with the intensity, added where intensities are linear."""
    shot, read = (math.exp(chance.uniform(math.log(low), math.log(high))) for low, high in (SHOT, READ))
    linear = image**GAMMA
    noise = chance.standard_normal(image.shape) * np.sqrt(shot * linear + read**2)
    return (linear + noise).clip(0, 1) ** (1 / GAMMA)


def _quantised(image: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.floor(255 * image + 0.5).astype(np.uint8)
