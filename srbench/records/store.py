"""Finished cells on disk, one file each, written so that no reader ever sees half a record."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.records.record import Record
from srbench.storage.atomic import check_writable, write_atomically

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
