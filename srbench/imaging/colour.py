"""BT.601 luma, the channel on which most SR papers measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import cv2
import numpy as np

from srbench.imaging.levels import HALF_UP

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

Level = TypeVar("Level", np.uint8, np.float64)
"""Type of the pixels of an image in [0, 255]."""

AFFINE = np.array([[65.481 / 255, 128.553 / 255, 24.966 / 255, 16.0]])
"""Affine map from (R, G, B, 1) to Y."""

STRIP = 32
"""Number of rows converted at once, so that their float64 copy fits into the processor's cache."""


def luma(rgb: NDArray[Level], *, rounded: bool) -> NDArray[np.float64]:
    """Convert (H, W, 3) RGB in [0, 255] to (H, W) float64 luma: Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255.

    Y is in [16, 235]. With `rounded` it is rounded half up to whole numbers, as MATLAB's ``rgb2ycbcr`` does for uint8
    images.
    """
    if not rgb.size:  # OpenCV does not support empty images
        return np.zeros(rgb.shape[:2])
    y = np.empty(rgb.shape[:2])
    strip = np.empty((STRIP, rgb.shape[1], 3))
    for top in range(0, len(y), STRIP):
        part = y[top : top + STRIP]
        levels = strip[: len(part)]
        levels[...] = rgb[top : top + STRIP]
        # OpenCV, because starting the threads of NumPy's product takes longer than converting a photograph.
        cv2.transform(levels, AFFINE, part)
        if rounded:
            # The offset rounds up the 194 colours that lie exactly halfway; without, 1e-14 would miss half of them.
            part += HALF_UP
            np.floor(part, out=part)
    return y


def full_range(rgb: NDArray[Level], *, rounded: bool) -> NDArray[np.float64]:
    """Convert (H, W, 3) RGB in [0, 255] to (H, W) float64 full-range luma: 0.299 R + 0.587 G + 0.114 B.

    This is the Y of JPEG (JFIF). Y is in [0, 255]; with `rounded` it is rounded half up to whole numbers.
    """
    y = (luma(rgb, rounded=False) - 16) * (255 / 219)
    return np.floor(y + HALF_UP) if rounded else y


def tensor_luma(rgb: Tensor, *, rounded: bool, full: bool = False) -> Tensor:
    """Convert (B, 3, H, W) RGB in [0, 255] to (B, 1, H, W) float64 luma on the device of `rgb`.

    Args:
        rgb: The images, uint8.
        rounded: Whether to round half up to whole numbers.
        full: Whether the range is that of `full_range`, in place of that of `luma`.
    """
    red, green, blue, offset = AFFINE[0].tolist()
    y: Tensor = rgb[:, :1].double() * red
    y.add_(rgb[:, 1:2], alpha=green).add_(rgb[:, 2:], alpha=blue).add_(offset)
    if full:
        y.sub_(16).mul_(255 / 219)
    if rounded:
        y.add_(HALF_UP).floor_()
    return y


def as_rgb(image: NDArray[Level]) -> NDArray[Level]:
    """Return an (H, W, 3) view of a grey (H, W) image; an RGB image is returned unchanged."""
    return np.broadcast_to(image[..., None], (*image.shape, 3)) if image.ndim == 2 else image


def has_colours(image: NDArray[Level]) -> bool:
    """Return whether the channels of an (H, W, 3) image differ anywhere; False for a grey (H, W) image."""
    return image.ndim == 3 and bool((image != image[..., :1]).any())


def as_uint8(image: NDArray[Level]) -> NDArray[np.uint8]:
    """Round an image in [0, 255] to uint8; a uint8 image is returned unchanged."""
    if image.dtype != np.uint8:
        image = np.floor(image + HALF_UP)
    return image.astype(np.uint8, copy=False)


def shave(image: NDArray[Level], border: int) -> NDArray[Level]:
    """Crop `border` pixels from every side of `image`."""
    return image[border:-border, border:-border] if border else image


def shave_planes(planes: Tensor, border: int) -> Tensor:
    """Crop `border` pixels from every side of (B, C, H, W) images."""
    return planes[..., border:-border, border:-border] if border else planes
