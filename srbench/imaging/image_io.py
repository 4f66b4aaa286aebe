"""Reading and writing of image files."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from srbench.errors import DataError
from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

FORMATS = ("PNG", "BMP", "JPEG", "WEBP", "TIFF")

_8_BIT = {"1": "L", "L": "L", "LA": "L", "P": "RGB", "PA": "RGB", "RGB": "RGB", "RGBA": "RGB"}
"""Pillow's mode of a file -> the mode to which it is converted."""
_16_BIT_RAW = re.compile(r";16[BLN]")
"""Pattern of Pillow's raw modes for 16-bit files, such as ``RGB;16B``.

Pillow reads a 16-bit RGB file as 8-bit RGB, so only the raw mode reveals the depth. (``BGR;16`` in a BMP is 5-6-5.)
"""
_TOO_LARGE = "more pixels than Pillow's limit against decompression bombs; cut it into smaller images"


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read an image file (PNG, BMP, JPEG, WebP, TIFF) as uint8, (H, W, 3) RGB or (H, W) grey.

    A palette is converted to RGB, an opaque alpha channel is dropped (which changes no pixel), and the EXIF orientation
    is applied, as image viewers do. Colour profiles are ignored, as is usual in super-resolution.

    Raises:
        DataError: if the file is missing, damaged, not an image, or beyond Pillow's limit against decompression bombs;
            or if reading it needs a decision by the user: more than 8 bits a channel, transparency, CMYK, or several
            frames.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            if reason := _why_not(image):
                raise DataError(f"{path}: {reason}")
            return np.array(ImageOps.exif_transpose(image).convert(_8_BIT[image.mode]))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except UnidentifiedImageError:
        raise DataError(f"{path}: not an image, or damaged; expected PNG, BMP, JPEG, WebP or TIFF") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{path}: {_TOO_LARGE}") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise DataError(f"{path}: damaged or not readable ({error}); get the file again") from error


def write_png(path: Path, image: NDArray[np.uint8]) -> None:
    """Write a uint8 (H, W, 3) RGB or (H, W) grey image as PNG, replacing `path` atomically.

    Raises:
        DataError: if `image` has another dtype or shape.
    """
    if image.dtype != np.uint8 or image.ndim not in {2, 3} or image.shape[2:] not in {(), (3,)}:
        raise DataError(f"{path}: {image.dtype} array of shape {image.shape}; expected uint8, (H, W, 3) or (H, W)")
    with atomic_write(path) as temporary:
        Image.fromarray(image).save(temporary, "PNG")


def _why_not(image: ImageFile) -> str:
    if Image.MAX_IMAGE_PIXELS and image.width * image.height > Image.MAX_IMAGE_PIXELS:
        return _TOO_LARGE  # Pillow itself only warns up to twice the limit
    # MPO is a JPEG followed by a preview image, which many phones save as .jpg.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        return "has several frames; save the intended frame as PNG"
    if image.mode.startswith(("I", "F")) or _16_BIT_RAW.search(str(image.tile)):
        return "more than 8 bits a channel; convert it first, e.g. with ImageMagick: magick IN -depth 8 OUT.png"
    if image.mode not in _8_BIT:
        return f"colour space {image.mode}; convert it first, e.g. with ImageMagick: magick IN -colorspace sRGB OUT.png"
    transparent = image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info
    if transparent and image.convert("RGBA").getchannel("A").getextrema() != (255, 255):
        return "has transparent pixels; flatten it on a background, e.g.: magick IN -background white -flatten OUT.png"
    return ""
