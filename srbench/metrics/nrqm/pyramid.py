"""Steerable pyramid in the Fourier domain (Simoncelli, Freeman 1995), as ``buildSFpyr`` of matlabPyrTools builds it.

Ma's features take two scales of six orientations and the high-pass residual.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.fft import irfft2, rfft2

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORIENTATIONS, SCALES = 6, 2
ORDER = ORIENTATIONS - 1
STEPS = 256
"""Steps of the table of the radial transition, from which matlabPyrTools interpolates."""
ANGLE_STEPS = 1024
"""Steps of the table of the angular filter on half a turn."""

# Raised cosine of one octave: radii as powers of two, and the amplitude that the high-pass lets through.
_TURN = np.pi * np.arange(-STEPS - 1, 2) / (2 * STEPS)
OCTAVES = -0.5 + 2 / np.pi * (_TURN + np.pi / 4)
HIGH = np.cos(_TURN)
HIGH[0], HIGH[-1] = HIGH[1], HIGH[-2]
LOW = np.sqrt(1 - HIGH**2)

TURNS = np.pi * np.arange(-2 * ANGLE_STEPS - 1, ANGLE_STEPS + 2) / ANGLE_STEPS
ANGULAR = 2**ORDER * factorial(ORDER) / np.sqrt(ORIENTATIONS * factorial(2 * ORDER)) * np.cos(TURNS) ** ORDER


class Pyramid(NamedTuple):
    """Bands of an image, fine to coarse."""

    high: NDArray[np.float64]
    """High-pass residual, of the image's size."""
    bands: tuple[tuple[NDArray[np.float64], ...], ...]
    """Bands by scale and orientation; those of the second scale have half the size, rounded up or down."""


def steerable_pyramid(image: NDArray[np.float64]) -> Pyramid:
    """Decompose an (H, W) image."""
    height, width = image.shape
    spectrum = rfft2(image)
    # Frequencies as fractions of half the sampling rate. Only one half of the plane is needed, the image being real.
    rows = np.fft.ifftshift(np.arange(height) - height // 2)[:, None] / (height / 2)
    columns = np.arange(width // 2 + 1)[None] / (width / 2)
    angle = np.arctan2(rows, columns)
    radius = np.hypot(rows, columns)
    radius[0, 0] = radius[0, 1]
    octave = np.log2(radius)
    high = irfft2(spectrum * np.interp(octave, OCTAVES, HIGH), s=image.shape)
    spectrum *= np.interp(octave, OCTAVES, LOW)
    bands = []
    for scale in range(1, SCALES + 1):
        bands.append(_oriented(spectrum, octave, angle, (height, width), scale))
        (height, kept_rows), (width, _) = _half(height), _half(width)
        kept_columns = slice(width // 2 + 1)
        octave, angle = octave[kept_rows, kept_columns], angle[kept_rows, kept_columns]
        spectrum = spectrum[kept_rows, kept_columns] * np.interp(octave, OCTAVES - scale, LOW)
    return Pyramid(high, tuple(bands))


def _oriented(
    spectrum: NDArray[np.complex128],
    octave: NDArray[np.float64],
    angle: NDArray[np.float64],
    size: tuple[int, int],
    scale: int,
) -> tuple[NDArray[np.float64], ...]:
    """Return the bands of one scale.

    The filters are odd and imaginary (-i to the power of 5), so the bands are real: what the authors' code obtains by
    dropping the imaginary part of an inverse transform of the whole plane.
    """
    passed = spectrum * (-1j * np.interp(octave, OCTAVES - scale, HIGH))
    turned = (np.interp(angle, TURNS + np.pi * number / ORIENTATIONS, ANGULAR) for number in range(ORIENTATIONS))
    return tuple(np.asarray(irfft2(passed * filtered, s=size), dtype=np.float64) for filtered in turned)


def _half(size: int) -> tuple[int, NDArray[np.intp]]:
    """Return the length of the next scale, and the indices of its frequencies among `size`."""
    half = int(np.ceil((size - 0.5) / 2))
    return half, np.fft.ifftshift(np.arange(half) - half // 2) % size
