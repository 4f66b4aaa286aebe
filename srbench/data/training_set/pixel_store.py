"""Storage of a training set's pixels in one flat array, in memory or mapped from a file."""

from __future__ import annotations

import hashlib
import shutil
import threading
from typing import TYPE_CHECKING, BinaryIO, Protocol

import numpy as np

from srbench.errors import DataError
from srbench.storage.atomic import atomic_write
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.training_set.pixel_layout import PixelSpan

DIGEST = 64
"""Length of a SHA-256 in hex digits; a file holds one digest per image behind the pixels."""


class Sink(Protocol):
    """Thread-safe receiver of pictures."""

    def put(self, span: PixelSpan, picture: NDArray[np.uint8]) -> None:
        """Store `picture`, (H, W, 3), at `span`."""


class MemorySink:
    """Sink that stores pictures in a flat array (pixels, 3)."""

    def __init__(self, pixels: int) -> None:
        self.array: NDArray[np.uint8] = np.zeros((pixels, 3), np.uint8)

    def put(self, span: PixelSpan, picture: NDArray[np.uint8]) -> None:
        """Store `picture`, (H, W, 3), at `span`."""
        self.array[span.start : span.start + span.pixels] = picture.reshape(-1, 3)


class FileSink:
    """Sink that stores pictures in a flat file.

    The file is written, not mapped: on a full disk a write raises an error, while a mapping would kill the process.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def put(self, span: PixelSpan, picture: NDArray[np.uint8]) -> None:
        """Store `picture`, (H, W, 3), at `span`."""
        with self._lock:
            self._file.seek(3 * span.start)
            self._file.write(np.ascontiguousarray(picture).data)


def in_memory(pixels: int, fill: Callable[[Sink], list[str]]) -> tuple[NDArray[np.uint8], list[str]]:
    """Return the pictures that `fill` puts into a sink as an array (pixels, 3), and the digests that it returns."""
    memory = MemorySink(pixels)
    digests = fill(memory)
    return memory.array, digests


def in_file(
    path: Path, pixels: int, images: int, fill: Callable[[Sink], list[str]]
) -> tuple[NDArray[np.uint8], list[str]]:
    """Return the same as `in_memory`, with the array mapped from a file that is written first if it does not exist.

    Args:
        path: The file.
        pixels: Number of pixels.
        images: Number of images, and so of digests.
        fill: Function that puts all pictures into a sink and returns their digests.

    Raises:
        DataError: if the disk has too little free space, or if the file can't be written or read.
    """
    size = 3 * pixels + DIGEST * images
    try:
        if not path.is_file() or path.stat().st_size != size:
            _write(path, size, pixels, fill)
        with path.open("rb") as file:
            file.seek(3 * pixels)
            text = file.read().decode("ascii")
        # Copy-on-write, as torch warns about read-only arrays; the array is never written to.
        array = np.asarray(np.memmap(path, np.uint8, "c", shape=(pixels, 3)))
    except OSError as error:
        raise DataError(
            f"{path}: can't store the training images there ({error}); choose another cache folder"
        ) from error
    return array, [text[start : start + DIGEST] for start in range(0, len(text), DIGEST)]


def file_name(identity: Sequence[str]) -> str:
    """Return the file name for the pixels of a training set; `identity` is everything that the pixels depend on."""
    digest = hashlib.sha256(name_bytes("\n".join(identity))).hexdigest()
    return f"{digest[:32]}.pixels"


def _write(path: Path, size: int, pixels: int, fill: Callable[[Sink], list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(path.parent).free) < size:
        raise DataError(
            f"{path.parent}: {free / 1e9:.1f} GB are free, but the training images take {size / 1e9:.1f} GB; "
            "choose another cache folder or fewer images"
        )
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        digests = fill(FileSink(file))
        file.seek(3 * pixels)
        file.write("".join(digests).encode("ascii"))
