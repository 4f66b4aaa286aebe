"""Realistic degradation of HR images (Eq. 1): an unknown blur, downscaling, and camera noise."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from srbench import imresize, lr_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 0
WIDTHS = 0.2, 0.8
"""Range of the blur's standard deviation along each of its two axes, in LR pixels; about the blur of a lens."""
SHOT = 2e-5, 4e-4
"""Range of the shot noise's variance, relative to the linear intensity in [0, 1]; drawn log-uniformly."""
READ = 2e-4, 1e-3
"""Range of the standard deviation of read noise, which does not depend on the intensity; drawn log-uniformly."""
GAMMA = 2.2
"""Exponent that approximates the sRGB curve. Noise is added to linear intensities, before a camera encodes sRGB."""


def real_like(hr: NDArray[np.uint8], scale: float, name: str, *, seed: int = SEED) -> NDArray[np.uint8]:
    """Return a degraded LR image of `hr`, the same on every call.

    Downscaling is MATLAB's bicubic with antialiasing, so that pixels keep their places.

    Args:
        hr: (H, W, 3) RGB or (H, W) grey.
        scale: the factor by which LR is smaller.
        name: the image's name. Blur and noise are drawn from `seed`, `name` and `scale` alone.
        seed: seed of the degradation.

    Returns:
        (h, w, 3) or (h, w), with h = H / `scale` and w = W / `scale`.
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
    """Return a degraded LR image of the size of `hr`, as in RealSR.

    It is the result of `real_like`, enlarged again by MATLAB's bicubic.

    Args:
        hr: (H, W, 3) RGB or (H, W) grey.
        scale: the factor of downscaling and enlarging.
        name: the image's name, from which blur and noise are drawn.
        seed: seed of the degradation.
    """
    small = real_like(hr, scale, name, seed=seed)
    return imresize(small, scale, size=(hr.shape[0], hr.shape[1])).astype(np.uint8, copy=False)


def gaussian(first: float, second: float, angle: float) -> NDArray[np.float64]:
    """Return an anisotropic Gaussian kernel of sum 1.

    Its side is odd and extends four standard deviations to either side.

    Args:
        first: standard deviation along the first axis, in pixels.
        second: standard deviation along the second axis, in pixels.
        angle: angle between the first axis and the x axis, in radians.
    """
    radius = max(1, math.ceil(4 * max(first, second)))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float64)
    along, across = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    kernel: NDArray[np.float64] = np.exp(-0.5 * ((along / first) ** 2 + (across / second) ** 2))
    kernel /= kernel.sum()
    return kernel


def _chance(seed: int, name: str, scale: float) -> np.random.Generator:
    """Return a random generator that depends on the arguments alone."""
    digest = hashlib.sha256(f"{seed}:{name}:x{scale:g}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _noisy(image: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.float64]:
    """Return `image` in [0, 1] with shot and read noise added to its linear intensities."""
    shot, read = (math.exp(chance.uniform(math.log(low), math.log(high))) for low, high in (SHOT, READ))
    linear = image**GAMMA
    noise = chance.standard_normal(image.shape) * np.sqrt(shot * linear + read**2)
    return (linear + noise).clip(0, 1) ** (1 / GAMMA)


def _quantised(image: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.floor(255 * image + 0.5).astype(np.uint8)
