"""The two results that are compared: output folders, or git revisions of one."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from srbench.comparison.git_revision import find_tree, write_tree
from srbench.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT = "results"
"""Folder that a revision stands for if the other side is a revision too."""


@dataclass(frozen=True)
class Side:
    """One of two results that are compared."""

    name: str
    """The side as the user named it."""
    folder: Path
    """Folder with its files; a temporary one for a revision."""


@contextmanager
def open_sides(a: str, b: str) -> Iterator[tuple[Side, Side]]:
    """Yield the sides that two texts name, for the block.

    A text is a folder, ``REVISION:FOLDER``, or a revision alone, which stands for the other side's folder at that
    revision (`DEFAULT` if that is a revision too).

    Args:
        a: Text of the first side.
        b: Text of the second side.

    Raises:
        UsageError: if a text names neither a folder nor a revision.
        StoreError: if it names a file, or a revision lacks the folder.
    """
    folder_a, folder_b = _folder(a), _folder(b)
    default = folder_a or folder_b or Path(DEFAULT)
    with TemporaryDirectory(prefix="srbench-diff-", ignore_cleanup_errors=True) as temporary:
        written = Path(temporary)
        yield (
            Side(a, folder_a or _write_revision(a, default, written / "a")),
            Side(b, folder_b or _write_revision(b, default, written / "b")),
        )


def _write_revision(text: str, default: Path, target: Path) -> Path:
    """Write the files of a revision into the new folder `target`, and return it.

    Args:
        text: The revision, as the user wrote it.
        default: Folder that a revision without a folder stands for.
        target: Folder to create.
    """
    tree = find_tree(text, default)
    target.mkdir()
    write_tree(tree, text, target)
    return target


def _folder(text: str) -> Path | None:
    """Return the folder that `text` names; None if there is no such file or folder.

    Raises:
        StoreError: if it is something else than a folder.
    """
    folder = Path(text)
    try:
        is_there = folder.exists()
    except (OSError, ValueError):  # a name that is too long, or holds a null byte
        return None
    if not is_there:
        return None
    if not folder.is_dir():
        raise StoreError(f"{text}: not a folder; name an output folder of srbench run")
    return folder
