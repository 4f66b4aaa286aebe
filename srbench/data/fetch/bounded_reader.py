"""Limit on the size of decompressed archives, so that none fills the disk or the memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from typing import IO, TYPE_CHECKING, Self

from srbench.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

RATIO = 100
"""Decompressed bytes for each byte of an archive beyond which it counts as a bomb; images are hardly compressible."""
ALLOWANCE = 16 << 20
"""Decompressed bytes that any archive may have: small archives of flat pictures compress well."""
_OPENERS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open), (b"]\0\0", lzma.open))


def largest_content(archive: Path) -> int:
    """Return how many bytes an archive may decompress to."""
    return ALLOWANCE + RATIO * archive.stat().st_size


class BoundedReader:
    """Stream of the decompressed bytes of a gzip, bzip2, xz or plain file.

    Reading or seeking beyond `limit` bytes raises `DataError`.
    """

    def __init__(self, archive: Path, limit: int) -> None:
        self._archive = archive
        self._limit = limit
        with archive.open("rb") as file:
            start = file.read(6)
        opener = next((opener for magic, opener in _OPENERS if start.startswith(magic)), None)
        self._stream: IO[bytes] = opener(archive, "rb") if opener else archive.open("rb")  # type: ignore[assignment]

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, fewer at the end; without `size`, all that are left."""
        if size < 0:
            size = self._limit
        self._check(min(size, self._limit))
        content = self._stream.read(min(size, self._limit))
        self._check(0)
        return content

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to an offset from the start, or from the current position, and return it."""
        if whence == os.SEEK_CUR:
            offset += self._stream.tell()
        if offset > self._limit:
            self._refuse()
        return self._stream.seek(offset)

    def tell(self) -> int:
        """Return the current position."""
        return self._stream.tell()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _check(self, ahead: int) -> None:
        if self._stream.tell() > self._limit or ahead > self._limit:
            self._refuse()

    def _refuse(self) -> None:
        raise too_large(self._archive, self._limit)


def too_large(archive: Path, limit: int) -> DataError:
    """Return the error of an archive that decompresses to more than `limit` bytes."""
    return DataError(
        f"{archive}: decompresses to more than {limit / 1e6:.0f} MB, which looks like a decompression bomb; it "
        "is not unpacked"
    )
