"""Finished cells on disk, one file each, written so that no reader ever sees half a record."""

from __future__ import annotations

import tempfile
import warnings
from typing import TYPE_CHECKING

from srbench.bench.record import Record
from srbench.data.atomic import replacing
from srbench.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Store:
    """``<root>/records/<first two hex digits>/<cell key>.json``.

    Records are named by what they measure, and a finished one stays, so two runs on one folder can't harm each other:
    at worst both measure the same cell and write the same file. Raises `StoreError` where `root` can't be written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records = root / "records"

    def prepare(self) -> None:
        """Make the folder and prove that it can be written, before hours of work depend on it."""
        check_writable(self.records, self.root)

    def path(self, key: str) -> Path:
        """Where the record of the cell with this key is, or will be."""
        return self.records / key[:2] / f"{key}.json"

    def get(self, key: str) -> Record | None:
        """The record of that key, or None; a failed one too (see `done`)."""
        path = self.path(key)
        return Record.read(path) if path.exists() else None

    def done(self, key: str) -> Record | None:
        """The record of that key if it need not be measured again. A damaged one is warned of, and counts as none."""
        try:
            record = self.get(key)
        except StoreError as error:
            warnings.warn(f"{error}; the cell is measured again", stacklevel=2)
            return None
        return record if record and record.status == "ok" else None

    def put(self, record: Record) -> Path:
        """Write atomically: temporary file, fsync, rename. What failed here never replaces what worked elsewhere."""
        path = self.path(record.cell.key)
        if record.status == "ok" or self.done(record.cell.key) is None:
            write_atomically(path, record.to_json())
        return path

    def __iter__(self) -> Iterator[Record]:
        for path in sorted(self.records.glob("??/*.json")):
            yield Record.from_json(path.read_text(encoding="utf-8"), str(path))


def write_atomically(path: Path, text: str) -> None:
    """`text` at `path`, or what was there before; never a part. Raises `StoreError`."""
    try:
        with replacing(path) as temporary:
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
