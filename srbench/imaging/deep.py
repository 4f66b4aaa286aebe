"""Images of 16 bits a channel: recognised from the header, and read in full depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import ImageOps

from srbench.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

LEVELS = 65535
"""Largest value of a channel of 16 bits."""
PNG = b"\x89PNG\r\n\x1a\n"
"""First bytes of a PNG."""
STEP = 257
"""Levels of 16 bits in a level of 8 bits: 65535 / 255."""
TOLERANCE = 1.5
"""Largest difference, in levels of 8 bits, between a pixel decoded by Pillow to 8 bits and by OpenCV to 16.

Pillow drops the lower byte or rounds. A larger difference shows that one of the two misreads the file.
"""

_BITS_PER_SAMPLE, _PHOTOMETRIC, _PLANAR, _SAMPLE_FORMAT = 258, 262, 284, 339  # tags of TIFF
_UNSIGNED, _WHITE_IS_ZERO, _SEPARATE = 1, 0, 2


@dataclass(frozen=True)
class Depth:
    """Depth of the channels of an image file, from its header."""

    bits: int
    """Bits a channel: up to 8, or 16; 32 stands for depths that can't be read (signed, floating point, more)."""
    largest: int = 255
    """Largest value of a channel, which is white."""
    grey_alpha: bool = False
    """Whether it is a grey image with an alpha channel of 16 bits, which Pillow decodes to RGBA."""


def depth_of(image: ImageFile) -> Depth:
    """Return the depth of an opened image file whose pixels are not decoded yet.

    Pillow decodes RGB of 16 bits to 8, so its mode does not say so.
    """
    args = image.tile[0].args if image.tile else ""
    if image.format == "TIFF":
        tags: Any = image.tag_v2  # type: ignore[attr-defined]
        bits = max(_numbers(tags.get(_BITS_PER_SAMPLE, 1)))
        unsigned = set(_numbers(tags.get(_SAMPLE_FORMAT, _UNSIGNED))) == {_UNSIGNED}
        return Depth(bits if unsigned and bits in {1, 2, 4, 8, 16} else 32, LEVELS)
    if image.format == "PPM":
        raw = LEVELS if ";16" in str(args) else 255
        largest = int(args[1]) if isinstance(args, tuple) and len(args) > 1 else raw
        return Depth(32 if image.mode == "F" else 16 if largest > 255 else 8, largest)
    if image.format == "PNG" and ";16" in str(args):
        return Depth(16, LEVELS, grey_alpha=str(args).startswith("LA"))
    return Depth(8)


def read_deep(path: Path, image: ImageFile, depth: Depth) -> NDArray[np.uint16]:
    """Decode an opened image file of 16 bits: uint16, (H, W, 3) RGB or (H, W) grey.

    A largest value other than 65535, as PGM may have, is stretched to it. Alpha is dropped.

    Raises:
        DataError: if the file stores its channels in a way that the decoders do not agree on.
    """
    tags: Any = getattr(image, "tag_v2", {})
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO or tags.get(_PLANAR) == _SEPARATE:
        raise DataError(f"{path}: a TIFF of 16 bits in separate planes or with white as 0; save it as PNG of 16 bits")
    shown = ImageOps.exif_transpose(image)
    if shown.mode.startswith("I"):
        return np.array(shown).astype(np.uint16)  # Pillow has stretched it
    coarse = np.array(shown.convert("RGB"))
    bgr = _opencv(path.read_bytes())
    if bgr is None or bgr.dtype != np.uint16 or bgr.shape != coarse.shape:
        raise DataError(f"{path}: damaged, or not readable in 16 bits; save it as PNG of 16 bits")
    deep: NDArray[np.uint16] = np.ascontiguousarray(bgr[..., ::-1]).astype(np.uint16, copy=False)
    if depth.largest != LEVELS:
        deep = np.rint(deep * (LEVELS / depth.largest)).astype(np.uint16)
    if np.abs(deep / STEP - coarse).max() > TOLERANCE:
        raise DataError(f"{path}: its decoders differ; save it as PNG of 16 bits")
    return deep[..., 0].copy() if depth.grey_alpha else deep


def _opencv(data: bytes) -> NDArray[Any] | None:
    """Return the pixels of an image file as OpenCV decodes them, BGR with the EXIF orientation applied, or None."""
    if data.startswith(PNG) and not _whole_png(data):
        return None
    logging: Any = cv2.utils.logging
    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)  # the caller reports the fault; OpenCV would print lines of its own
    try:
        # OpenCV needs a byte behind the last number of a plain PPM
        return cv2.imdecode(np.frombuffer(data + b"\n", np.uint8), cv2.IMREAD_ANYDEPTH | cv2.IMREAD_COLOR)
    finally:
        logging.setLogLevel(level)


def _whole_png(data: bytes) -> bool:
    """Return whether every chunk of a PNG, up to the last, ends within the file.

    OpenCV allocates the length that a chunk states, up to 2 GB, before it reads.
    """
    start = len(PNG)
    while start + 12 <= len(data):  # length (4 bytes), type (4), data, CRC (4)
        end = start + 12 + int.from_bytes(data[start : start + 4], "big")
        if data[start + 4 : start + 8] == b"IEND":
            return end <= len(data)
        start = end
    return False


def to_8_bits(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Round an image of 16 bits to 8; an image of 8 bits is returned unchanged."""
    if image.dtype == np.uint8:
        return image
    return ((image.astype(np.uint32) + STEP // 2) // STEP).astype(np.uint8)


def in_8_bits_if_whole(image: NDArray[Any]) -> NDArray[Any]:
    """Return an image of 16 bits that holds levels of 8 bits (multiples of 257) in 8 bits; others are unchanged.

    The same picture then gives the same number in both depths, even if Y is rounded.
    """
    return to_8_bits(image) if image.dtype == np.uint16 and not (image % STEP).any() else image


def in_levels(image: NDArray[Any]) -> NDArray[np.float64]:
    """Return an image of 8 or 16 bits as float64 in [0, 255]; a level of 16 bits is 1/257."""
    return image / STEP if image.dtype == np.uint16 else image.astype(np.float64)


def _numbers(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)
