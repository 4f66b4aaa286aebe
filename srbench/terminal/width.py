"""Width of the terminal, and of text on it."""

from __future__ import annotations

import os
import sys
import unicodedata
from functools import lru_cache
from typing import Any

NARROWEST = 24
"""Columns that are used at least, however narrow the terminal is."""
USUAL = 80
"""Columns of a terminal that does not know its width."""


def terminal_width(stream: Any = None, number: int = 1) -> int | None:
    """Return the columns that a line may take; None for a file or a pipe, where a line has no end.

    The variable COLUMNS decides if it is set, also for a file or a pipe.

    Args:
        stream: The stream that is written to; None: ``sys.stdout``.
        number: Its file descriptor.
    """
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return max(int(columns), NARROWEST)
    if not (stream or sys.stdout).isatty():
        return None
    try:
        return max(os.get_terminal_size(number).columns or USUAL, NARROWEST)
    except OSError:  # the process's stream is no terminal, although Python's is
        return USUAL


def terminal_height() -> int:
    """Return the lines of the terminal; 24 if it does not know."""
    lines = os.environ.get("LINES", "")
    if lines.isdecimal() and int(lines):
        return int(lines)
    try:
        return os.get_terminal_size(1).lines or 24
    except OSError:
        return 24


def display_width(text: str) -> int:
    """Return the columns that `text` takes: two for a character of East Asia, none for an accent of its own.

    A character that the encoding of stdout lacks takes those of what its stream shows for it: three for ``+/-``.
    """
    if text.isascii():
        return len(text)
    shown = getattr(sys.stdout, "shown", str)
    return sum(map(_character_width, shown(text)))


@lru_cache(4096)
def _character_width(character: str) -> int:
    """Return the columns that one printable character takes: 0, 1 or 2."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def padded(text: str, width: int) -> str:
    """Return `text` with spaces behind it, so that it takes `width` columns; longer text stays as it is."""
    return text + " " * (width - display_width(text))


def shortened(text: str, width: int | None) -> str:
    """Return `text` on at most `width` columns, with … in place of what is cut off; None: no limit."""
    if width is None or display_width(text) <= width:
        return text
    kept, left = [], width - 1
    for character in text:
        left -= display_width(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
