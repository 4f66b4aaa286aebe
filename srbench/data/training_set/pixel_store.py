"""The pixels of a training set in one flat array: in memory, or in a file that is mapped into it."""

from __future__ import annotations

import hashlib
import shutil
import threading
from typing import TYPE_CHECKING, BinaryIO, Protocol

import numpy as np

from srbench.errors import DataError
from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.training_set.pixel_layout import PixelSpan

DIGEST = 64
"""Hex digits of SHA-256: behind its pixels, a file keeps one digest for each image."""


class Sink(Protocol):
    """Takes pictures in from several threads at once."""

    def put(self, plane: PixelSpan, picture: NDArray[np.uint8]) -> None:
        """Keep `picture`, (H, W, 3), at its plane."""


class Memory:
    """A flat array (pixels, 3)."""

    def __init__(self, pixels: int) -> None:
        self.array: NDArray[np.uint8] = np.zeros((pixels, 3), np.uint8)

    def put(self, plane: PixelSpan, picture: NDArray[np.uint8]) -> None:
        """Keep `picture`, (H, W, 3), at its plane."""
        self.array[plane.start : plane.start + plane.pixels] = picture.reshape(-1, 3)


class File:
    """A flat file. It is written, not mapped: on a full disk a write fails, where a mapping would kill the process."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def put(self, plane: PixelSpan, picture: NDArray[np.uint8]) -> None:
        """Keep `picture`, (H, W, 3), at its plane."""
        with self._lock:
            self._file.seek(3 * plane.start)
            self._file.write(np.ascontiguousarray(picture).data)


def in_memory(pixels: int, fill: Callable[[Sink], list[str]]) -> tuple[NDArray[np.uint8], list[str]]:
    """What `fill` puts, as an array (pixels, 3), and its digests."""
    memory = Memory(pixels)
    digests = fill(memory)
    return memory.array, digests


def in_file(
    path: Path, pixels: int, images: int, fill: Callable[[Sink], list[str]]
) -> tuple[NDArray[np.uint8], list[str]]:
    """As `in_memory`, with the array mapped from `path`, which is written first unless it is there.

    Raises `DataError` where the disk has no room for it or it can't be written.
    """
    size = 3 * pixels + DIGEST * images
    try:
        if not path.is_file() or path.stat().st_size != size:
            _write(path, size, pixels, fill)
        with path.open("rb") as file:
            file.seek(3 * pixels)
            text = file.read().decode("ascii")
        # Copy-on-write, so that torch takes it for an ordinary array; nobody writes to it.
        array = np.asarray(np.memmap(path, np.uint8, "c", shape=(pixels, 3)))
    except OSError as error:
        raise DataError(
            f"{path}: can't keep the training images there ({error}); choose another cache folder"
        ) from error
    return array, [text[start : start + DIGEST] for start in range(0, len(text), DIGEST)]


def file_name(identity: Sequence[str]) -> str:
    """The name of the file for a training set with that `identity`: all that its pixels depend on."""
    digest = hashlib.sha256("\n".join(identity).encode()).hexdigest()
    return f"{digest[:32]}.pixels"


def _write(path: Path, size: int, pixels: int, fill: Callable[[Sink], list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(path.parent).free) < size:
        raise DataError(
            f"{path.parent}: {free / 1e9:.1f} GB free, but the training images take {size / 1e9:.1f} GB; "
            "choose another cache folder or fewer images"
        )
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        digests = fill(File(file))
        file.seek(3 * pixels)
        file.write("".join(digests).encode("ascii"))
