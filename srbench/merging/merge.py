"""The new folder with merged records and tables, which appears as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.records.store import Store
from srbench.storage.atomic import output_folder, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from srbench.merging.records import Candidate


def check_new(out: Path) -> None:
    """Check that `out` does not exist, or is an empty folder: nothing is overwritten.

    Raises:
        StoreError: if it is anything else, or can't be looked at.
    """
    try:
        taken = out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir())))
    except OSError as error:
        raise StoreError(f"--out {out}: can't be written ({error.strerror}); use another folder") from error
    if taken:
        raise StoreError(f"--out {out}: exists, and nothing is overwritten; name a new folder")


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a temporary folder with the name of `out`, which becomes `out` if the block succeeds.

    Raises:
        StoreError: if it cannot be written.
    """
    out = out.absolute()
    with output_folder(out.parent):
        with _blamed_on(out):
            temporary = Path(tempfile.mkdtemp(prefix=".srbench-merge-", dir=out.parent))
        try:
            inner = temporary / out.name
            with _blamed_on(out):
                inner.mkdir()
            yield inner
            with _blamed_on(out):
                if out.exists():
                    out.rmdir()
                inner.rename(out)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _blamed_on(out: Path) -> Iterator[None]:
    """Turn an error of the file system into one about `out`.

    Raises:
        StoreError: in its place.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(f"--out {out}: can't be written ({error.strerror}); use another folder") from error


def write_records(records: Mapping[str, Candidate], root: Path) -> Store:
    """Copy the files of records, given by key, to a new output folder, and return its store.

    The copies keep the times of the files, by which a later merge tells which is the newest.

    Raises:
        StoreError: if a file can't be read or written.
    """
    store = Store(root)
    store.prepare()
    for key, candidate in records.items():
        try:
            text, times = candidate.path.read_text(encoding="utf-8"), candidate.path.stat()
        except OSError as error:
            raise StoreError(f"{candidate.path}: can't be read ({error.strerror}); merge again") from error
        write_atomically(store.path(key), text)
        os.utime(store.path(key), ns=(times.st_atime_ns, times.st_mtime_ns))
    return store
