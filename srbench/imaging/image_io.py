"""Image files to arrays and back."""

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
"""Pillow's mode of a file -> what it is read as."""
_16_BIT_RAW = re.compile(r";16[BLN]")
"""Pillow hands out a 16-bit RGB file as 8-bit RGB; its raw mode tells (``RGB;16B``; a BMP's ``BGR;16`` is 5-6-5)."""
_TOO_LARGE = "more pixels than Pillow's limit against decompression bombs; cut it into smaller images"


def read_image(path: Path) -> NDArray[np.uint8]:
    """The picture in `path` (PNG, BMP, JPEG, WebP, TIFF): uint8, (H, W, 3) RGB or (H, W) grey.

    A palette becomes RGB, an opaque alpha channel is dropped (no pixel changes), EXIF orientation is applied (the
    picture as a viewer shows it), colour profiles are ignored, as the field does.

    Raises `DataError` for a file that is missing, damaged, no image, or beyond Pillow's limit against decompression
    bombs; and for what would need a decision of the user's: over 8 bits a channel, transparency, CMYK, several frames.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            if reason := _why_not(image):
                raise DataError(f"{path}: {reason}")
            return np.array(ImageOps.exif_transpose(image).convert(_8_BIT[image.mode]))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except UnidentifiedImageError:
        raise DataError(f"{path}: no image, or damaged at its start; expected PNG, BMP, JPEG, WebP, TIFF") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{path}: {_TOO_LARGE}") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise DataError(f"{path}: damaged or not readable ({error}); get the file again") from error


def write_png(path: Path, image: NDArray[np.uint8]) -> None:
    """Write `image`, uint8 (H, W, 3) RGB or (H, W) grey, as PNG; `path` is replaced in one step or not at all."""
    if image.dtype != np.uint8 or image.ndim not in {2, 3} or image.shape[2:] not in {(), (3,)}:
        raise DataError(f"{path}: {image.dtype} array of shape {image.shape}; expected uint8, (H, W, 3) or (H, W)")
    with atomic_write(path) as temporary:
        Image.fromarray(image).save(temporary, "PNG")


def _why_not(image: ImageFile) -> str:
    if Image.MAX_IMAGE_PIXELS and image.width * image.height > Image.MAX_IMAGE_PIXELS:
        return _TOO_LARGE  # up to twice the limit Pillow itself only warns
    # MPO: a JPEG with a preview behind it, which many phones write as .jpg
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        return "has several frames; save the one that is meant as PNG"
    if image.mode.startswith(("I", "F")) or _16_BIT_RAW.search(str(image.tile)):
        return "more than 8 bits a channel; convert it first, e.g. with ImageMagick: magick IN -depth 8 OUT.png"
    if image.mode not in _8_BIT:
        return f"colour space {image.mode}; convert it first, e.g. with ImageMagick: magick IN -colorspace sRGB OUT.png"
    transparent = image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info
    if transparent and image.convert("RGBA").getchannel("A").getextrema() != (255, 255):
        return "has transparent pixels; put it on a background, e.g.: magick IN -background white -flatten OUT.png"
    return ""
