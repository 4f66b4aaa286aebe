"""Text inside a PNG file, which states the origin of its picture."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

KEYWORD = b"srbench"
"""Keyword of the chunk ``tEXt`` (PNG, 3rd edition, section 11.3.3.3) that holds the text."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(SIGNATURE) + 25
"""End of the chunk ``IHDR``, which is the first of each file: length, type, 13 bytes of data, CRC."""
LONGEST = 4096
"""Maximum length of a text in bytes; `read_text` returns no more."""


def add_text(path: Path, text: str) -> None:
    """Put `text`, which is ASCII, into the PNG file at `path`, replacing the file atomically; its pixels stay.

    Raises:
        OSError: if the file cannot be read or written.
    """
    content = path.read_bytes()
    data = KEYWORD + b"\0" + text.encode("ascii")
    chunk = struct.pack(">I", len(data)) + b"tEXt" + data + struct.pack(">I", zlib.crc32(b"tEXt" + data))
    with atomic_write(path) as temporary:
        temporary.write_bytes(content[:_HEADER_END] + chunk + content[_HEADER_END:])


def read_text(path: Path) -> str:
    """Return the text that `add_text` put into a file; empty if the file has none or is not a PNG.

    Raises:
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_HEADER_END + 8 + len(KEYWORD) + 1 + LONGEST)
    if not start.startswith(SIGNATURE):
        return ""
    chunk = start[_HEADER_END:]
    prefix = b"tEXt" + KEYWORD + b"\0"
    if len(chunk) < 4 or not chunk[4:].startswith(prefix):
        return ""
    (length,) = struct.unpack(">I", chunk[:4])
    return chunk[4 + len(prefix) : 8 + length].decode("ascii", errors="replace")
