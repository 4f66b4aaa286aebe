"""Opening of image files: formats, size limit, and `DataError` in place of all errors of decoders."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from srbench.errors import DataError, SrbenchError, UsageError
from srbench.storage.regular_file import require_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL.ImageFile import ImageFile

FORMATS = ("PNG", "BMP", "JPEG", "WEBP", "TIFF", "PPM")
"""Formats that are read, by Pillow's names; PPM stands for the formats of Netpbm: PBM, PGM, PPM and PNM."""
NAMES = "PNG, BMP, JPEG, WebP, TIFF or PPM"
"""Formats that are read, for messages."""
MAX_PIXELS = "SRBENCH_MAX_PIXELS"
"""Environment variable with the largest number of pixels of an image file; unset: Pillow's limit."""

_LOADED = (TiffImagePlugin, WebPImagePlugin)  # importing them registers their formats; `preinit` loads the others
Image.preinit()


@contextmanager
def opened(path: Path) -> Iterator[ImageFile]:
    """Open an image file for the block, without decoding its pixels.

    Raises:
        DataError: if the path is not a regular file, not an image, damaged, or has more pixels than `max_pixels`; also
            in place of every error that a decoder raises within the block.
        UsageError: as `max_pixels`.
    """
    require_regular_file(path)
    try:
        with path.open("rb") as file:
            image = _identified(file, path)
            refuse_huge(path, image.size)
            yield image
    except SrbenchError:
        raise
    except UnidentifiedImageError:
        raise DataError(f"{path}: not an image, or damaged; expected {NAMES}") from None
    except MemoryError:
        raise DataError(f"{path}: not enough memory to decode it; cut it into smaller images") from None
    except Exception as error:  # decoders raise errors of every kind for damaged files
        raise DataError(f"{path}: damaged or not readable ({_one_line(error)}); get the file again") from error


def max_pixels() -> int | None:
    """Return the largest number of pixels of an image file: `MAX_PIXELS`, else Pillow's limit; None: no limit.

    Raises:
        UsageError: if the environment variable is not a positive whole number.
    """
    text = os.environ.get(MAX_PIXELS, "").strip()
    if not text:
        return Image.MAX_IMAGE_PIXELS
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise UsageError(f"{MAX_PIXELS}={text}: expected a number of pixels, such as 200000000")
    return int(text)


def refuse_huge(path: Path, size: tuple[int, int]) -> None:
    """Check that an image of `size`, (width, height) in pixels, is within the limit.

    Raises:
        DataError: if it has more pixels than `max_pixels`.
        UsageError: as `max_pixels`.
    """
    (width, height), limit = size, max_pixels()
    if limit and width * height > limit:
        raise DataError(
            f"{path}: {width}x{height} is more than the limit of {limit} pixels against decompression bombs; cut it "
            f"into smaller images, or allow it with {MAX_PIXELS}={width * height}"
        )


def _identified(file: BinaryIO, path: Path) -> ImageFile:
    """Return the image in `file`, of the first of `FORMATS` that knows it.

    `Image.open` would do the same, but with a limit of its own, which warns on stderr and is changed for all threads.
    """
    start = file.read(16)
    for name in FORMATS:
        factory, accepts = Image.OPEN[name]
        accepted = accepts and accepts(start)
        if accepted and not isinstance(accepted, str):  # a string says why Pillow lacks the decoder
            file.seek(0)
            return factory(file, os.fsencode(path))
    raise UnidentifiedImageError


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
