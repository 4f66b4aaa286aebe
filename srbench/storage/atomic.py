"""Files that are either wholly there or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from srbench.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, which takes its place when the block ends well and is removed when it doesn't."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_atomically(path: Path, text: str) -> None:
    """`text` at `path`, or what was there before; never a part. Raises `StoreError`."""
    try:
        with atomic_write(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StoreError(f"{path}: can't be written ({error.strerror})") from error


def check_writable(folder: Path, named: Path | None = None) -> None:
    """Make `folder`; raises `StoreError`, naming the --out folder `named`, where it can't be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StoreError(
            f"--out {named or folder}: can't be written ({error.strerror}); name a folder that can"
        ) from error
