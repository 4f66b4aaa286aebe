"""Check that a path is a regular file, since opening a named pipe or a device can wait for ever."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.errors import SrbenchError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def require_regular_file(path: Path, fault: type[SrbenchError] = DataError, name: str = "") -> None:
    """Check that `path` is a regular file or a link to one.

    Args:
        path: The path.
        fault: Type of the error.
        name: Name of the file for messages; empty: its path.

    Raises:
        SrbenchError: of type `fault`, if `path` is missing, can't be looked at, or is something else; the message says
            what it is.
    """
    name = name or str(path)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise fault(f"{name}: No such file or directory") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise fault(f"{name}: can't be read ({getattr(error, 'strerror', None) or error})") from error
    if not stat.S_ISREG(mode):
        kind = next((kind for is_kind, kind in _KINDS if is_kind(mode)), "something else")
        raise fault(f"{name}: {kind}, not a file; name a regular file")
