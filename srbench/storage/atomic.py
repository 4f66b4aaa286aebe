"""Atomic writing of files: readers see either the whole file or none."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from srbench.errors import StoreError
from srbench.storage.text_encoding import READABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NAMED = 40
"""Characters of a file's name in the name of its temporary file."""


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, which replaces `path` if the block succeeds and is removed otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # a part of the name: with the whole, a name of 250 characters would be too long
    temporary = path.with_name(f".{path.name[:NAMED]}.{uuid4().hex[:8]}")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` atomically as UTF-8, with escapes for bytes of file names that are not UTF-8.

    Raises:
        StoreError: if the file cannot be written.
    """
    try:
        with atomic_write(path) as temporary:
            temporary.write_text(text, encoding="utf-8", errors=READABLE, newline="")
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror}); use another folder") from error


def check_writable(folder: Path, named: Path | None = None, option: str = "--out") -> None:
    """Create `folder` and check that files can be written there.

    Args:
        folder: Folder to create.
        named: The folder to name in the error; None: `folder`.
        option: Option that names the folder, for the error.

    Raises:
        StoreError: if the folder cannot be created or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        where = f"{option} {named or folder}"
        raise StoreError(f"{where}: can't be written ({error.strerror}); use another folder") from error


@contextmanager
def output_folder(folder: Path, option: str = "--out") -> Iterator[None]:
    """Create `folder` for the block; after it, remove the folders that were created and are still empty.

    Args:
        folder: Folder to create.
        option: Option that names the folder, for messages.

    Raises:
        StoreError: if the folder cannot be created or written.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
    except OSError as error:  # a folder that can't be looked into, a name that is too long
        raise StoreError(f"{option} {folder}: can't be written ({error.strerror}); use another folder") from error
    try:
        check_writable(folder, option=option)
        yield
    finally:
        with suppress(OSError):  # not empty
            for path in missing:
                path.rmdir()
