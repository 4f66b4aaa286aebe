"""PSNR and LPIPS of the crops that the loupe shows, computed beforehand: a page on a disk can't read its images."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from srbench.errors import Unavailable
from srbench.imaging.colour import as_rgb, luma
from srbench.metrics.psnr import mse, psnr_from_mse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from srbench.imaging.rectangle import Rectangle
    from srbench.metrics import Sample

CROP = 64
"""Side of a crop in HR pixels."""
STEP = 32
"""HR pixels between two places of the loupe."""
GAIN = 8
"""Grey levels of an error map for each level of difference."""


@dataclass(frozen=True)
class CropValues:
    """Values of an SR image's crops, row by row; those of LPIPS are empty where it is not available."""

    psnr: tuple[float, ...] = ()
    """PSNR in dB on Y (BT.601, not rounded); inf for equal crops."""
    lpips: tuple[float, ...] = ()


def places(length: int) -> list[int]:
    """Return the first pixels of crops along a side of `length` pixels: every `STEP` pixels, and at the end."""
    last = max(0, length - CROP)
    return sorted({*range(0, last + 1, STEP), last})


def crop_values(sample: Sample, window: Rectangle, lpips: Callable[[Sample], float] | None) -> CropValues:
    """Return the values of all crops of a window.

    Args:
        sample: SR and HR of the same size.
        window: The window in the images.
        lpips: Function of a sample that returns LPIPS; None: not available.
    """
    if sample.hr is None or sample.sr.shape[:2] != sample.hr.shape[:2]:
        return CropValues()
    left, top, width, height = window
    crops = [
        (slice(top + y, top + min(y + CROP, height)), slice(left + x, left + min(x + CROP, width)))
        for y in places(height)
        for x in places(width)
    ]
    sr, hr = (luma(as_rgb(image), rounded=False) for image in (sample.sr, sample.hr))
    fidelity = tuple(round(psnr_from_mse(mse(sr[crop], hr[crop])), 3) for crop in crops)
    return CropValues(fidelity, _lpips(sample, crops, lpips) if lpips else ())


def error_map(sr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the absolute error of the luma, (H, W): black for 0, white for 32 grey levels or more."""
    difference = luma(as_rgb(sr), rounded=False) - luma(as_rgb(hr), rounded=False)
    levels: NDArray[np.float64] = np.rint(np.minimum(np.abs(difference) * GAIN, 255))
    return levels.astype(np.uint8)


def whole_psnr(sr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> float:
    """Return the PSNR in dB on Y, not rounded, of an image without a border cropped."""
    return psnr_from_mse(mse(luma(as_rgb(sr), rounded=False), luma(as_rgb(hr), rounded=False)))


def finite(value: float) -> float | None:
    """Return a value for JSON, which has neither infinity nor NaN: None in their place."""
    return value if math.isfinite(value) else None


def _lpips(sample: Sample, crops: list[tuple[slice, slice]], lpips: Callable[[Sample], float]) -> tuple[float, ...]:
    protocol = replace(sample.protocol, crop_scale=0.0, crop_extra=0)
    values = []
    try:
        for crop in crops:
            hr = sample.hr[crop] if sample.hr is not None else None
            values.append(round(float(lpips(replace(sample, sr=sample.sr[crop], hr=hr, protocol=protocol))), 4))
    except Unavailable:  # of luma alone, or of images too small for its network
        return ()
    return tuple(values)
