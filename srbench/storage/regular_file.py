"""Refusal of paths that are no regular file, which could block for ever (a FIFO) or never end (a device)."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.errors import SrbenchError

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO (named pipe)",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
"""What a path is that is no regular file, by the type in its mode."""


def require_regular_file(path: Path, error: type[SrbenchError] = DataError) -> None:
    """Check that `path`, after following links, is a regular file, without opening it.

    Args:
        path: Path to check.
        error: Type of the exception.

    Raises:
        SrbenchError: of type `error`, if there is no such file, or if it is a folder, FIFO, socket or device.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise error(f"{path}: no such file") from None
    except (OSError, ValueError) as reason:  # ValueError: NUL in the name
        raise error(f"{path}: can't be read ({getattr(reason, 'strerror', None) or reason})") from reason
    if not stat.S_ISREG(mode):
        what = KINDS.get(stat.S_IFMT(mode), "no regular file")
        raise error(f"{path}: is {what}; name a file")
