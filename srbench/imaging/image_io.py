"""Reading and writing of image files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import Image, ImageOps

from srbench.errors import DataError
from srbench.imaging.deep import Depth, depth_of, read_deep, to_8_bits
from srbench.imaging.image_file import opened
from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

_8_BIT = {"1": "L", "L": "L", "LA": "L", "P": "RGB", "PA": "RGB", "RGB": "RGB", "RGBA": "RGB"}
"""Pillow's mode of a file -> the mode to which it is converted."""
_DEEP = {"I", "I;16", "I;16B", "RGB", "RGBA", "LA"}
"""Pillow's modes of files of 16 bits."""


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read an image file (PNG, BMP, JPEG, WebP, TIFF, PPM) as uint8, (H, W, 3) RGB or (H, W) grey.

    A palette is converted to RGB, an opaque alpha channel is dropped (which changes no pixel), and the EXIF orientation
    is applied, as image viewers do. Colour profiles are ignored, as is usual in super-resolution.

    Raises:
        DataError: if the file is missing, damaged, not an image, or beyond the limit against decompression bombs
            (`srbench.imaging.image_file.max_pixels`); or if reading it needs a decision by the user: more than 8 bits a
            channel, transparency, CMYK, or several frames.
    """
    image = read_levels(path)
    if image.dtype == np.uint16:
        raise DataError(
            f"{path}: more than 8 bits a channel, which only upscale, score and eval use; convert it first, "
            "e.g. with ImageMagick: magick IN -depth 8 OUT.png"
        )
    return image


def read_8_bits(path: Path) -> NDArray[np.uint8]:
    """Read an image file as `read_image` does, but round 16 bits a channel to 8; callers tell the user so.

    Raises:
        DataError: as `read_levels`.
    """
    return to_8_bits(read_levels(path))


def read_levels(path: Path) -> NDArray[Any]:
    """Read an image file in its depth: as `read_image` does, or uint16 if it has 16 bits a channel.

    Raises:
        DataError: as `read_image`, but for more than 16 bits a channel.
    """
    with opened(path) as image:
        depth = depth_of(image)
        if reason := _fault(image, depth):
            raise DataError(f"{path}: {reason}")
        if depth.bits == 16:
            return read_deep(path, image, depth)
        return np.array(ImageOps.exif_transpose(image).convert(_8_BIT[image.mode]))


def has_16_bits(path: Path) -> bool:
    """Return whether an image file has 16 bits a channel, from its header.

    Raises:
        DataError: as `opened`.
    """
    with opened(path) as image:
        return depth_of(image).bits == 16


def write_png(path: Path, image: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    """Write a (H, W, 3) RGB or (H, W) grey image, uint8 or uint16, as PNG of that depth, replacing `path` atomically.

    Raises:
        DataError: if `image` has another dtype or shape.
    """
    if (
        image.dtype not in {np.dtype(np.uint8), np.dtype(np.uint16)}
        or image.ndim < 2
        or image.shape[2:] not in {(), (3,)}
    ):
        raise DataError(
            f"{path}: {image.dtype} array of shape {image.shape}; expected uint8 or uint16, (H, W, 3) or (H, W)"
        )
    with atomic_write(path) as temporary:
        if image.dtype == np.uint8:
            Image.fromarray(image).save(temporary, "PNG")
        else:
            temporary.write_bytes(cv2.imencode(".png", image[..., ::-1] if image.ndim == 3 else image)[1].tobytes())


def _fault(image: ImageFile, depth: Depth) -> str:
    """Return why an opened image file can't be read, and what to do; empty if it can."""
    # MPO is a JPEG followed by a preview image, which many phones save as .jpg.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        return "has several frames; save the intended frame as PNG"
    if depth.bits > 8 and not (depth.bits == 16 and image.mode in _DEEP):
        return (
            "neither 8 nor 16 bits a channel (whole numbers without sign); convert it first, e.g. with ImageMagick: "
            "magick IN -depth 16 OUT.png"
        )
    if depth.bits <= 8 and image.mode not in _8_BIT:
        return f"colour space {image.mode}; convert it first, e.g. with ImageMagick: magick IN -colorspace sRGB OUT.png"
    if _is_transparent(image):
        return "has transparent pixels; flatten it on a background, e.g.: magick IN -background white -flatten OUT.png"
    return ""


def _is_transparent(image: ImageFile) -> bool:
    if image.mode.startswith("I"):  # grey of 16 bits, in which a single level may be transparent
        return bool((np.array(image) == image.info.get("transparency", -1)).any())
    if image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info:
        return bool(image.convert("RGBA").getchannel("A").getextrema() != (255, 255))
    return False
