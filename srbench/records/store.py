"""Records on disk, one file per cell, written so that no reader ever sees part of a record."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.records.record import SCHEMA, Record
from srbench.storage.atomic import check_writable, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


OLDEST = 1
"""Schema of the records in a folder without a marker file."""


class Store:
    """A folder of records, one file each: ``<root>/records/<first two hex digits>/<cell key>.json``.

    Records are named by what they measure, and finished ones are never removed, so two runs on one folder cannot harm
    each other: at worst both measure the same cell and write the same file. ``records/SCHEMA`` holds the schema of all
    records.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records = root / "records"

    def prepare(self) -> None:
        """Create the folder, check that it can be written, and move records of an older schema aside.

        Keys of an older schema have another meaning, so the cells are measured again; a warning says where the records
        are.

        Raises:
            StoreError: if the folder cannot be written, or holds records of a newer srbench.
        """
        check_writable(self.records, self.root)
        marker = self.records / "SCHEMA"
        schema = _schema(marker) if marker.is_file() else OLDEST if any(self.records.glob("??/*.json")) else SCHEMA
        if schema > SCHEMA:
            raise StoreError(f"{self.records}: written by a newer srbench (schema {schema}); use another --out")
        if schema < SCHEMA:
            self._set_aside(schema)
        if schema < SCHEMA or not marker.is_file():
            write_atomically(marker, f"{SCHEMA}\n")

    def _set_aside(self, schema: int) -> None:
        aside = self.root / f"records-schema-{schema}"
        count = sum(1 for _ in self.records.glob("??/*.json"))
        try:
            for folder in sorted(self.records.glob("??")):
                (aside / folder.name).mkdir(parents=True, exist_ok=True)
                for path in folder.glob("*.json"):
                    path.replace(aside / folder.name / path.name)
        except OSError as error:
            raise StoreError(
                f"{self.records}: records of schema {schema} can't be moved to {aside} ({error}); use another --out"
            ) from error
        warnings.warn(
            f"{self.records}: {count} records of the older schema {schema} are set aside in {aside}; their cells are "
            f"measured again with schema {SCHEMA}",
            stacklevel=3,
        )

    def path(self, key: str) -> Path:
        """Return the path of the record of the cell with this key, whether it exists or not."""
        return self.records / key[:2] / f"{key}.json"

    def get(self, key: str) -> Record | None:
        """Return the record of this key, including failed ones (see `done`), or None."""
        path = self.path(key)
        return Record.read(path) if path.exists() else None

    def done(self, key: str) -> Record | None:
        """Return the record of this key if it need not be measured again.

        A damaged record causes a warning and counts as none.
        """
        try:
            record = self.get(key)
        except StoreError as error:
            warnings.warn(f"{error}; the cell is measured again", stacklevel=2)
            return None
        return record if record and record.status == "ok" else None

    def put(self, record: Record) -> Path:
        """Write a record atomically (temporary file, fsync, rename) and return its path.

        A failed record never replaces a successful one.
        """
        path = self.path(record.cell.key)
        if record.status == "ok" or self.done(record.cell.key) is None:
            write_atomically(path, record.to_json())
        return path

    def __iter__(self) -> Iterator[Record]:
        for path in sorted(self.records.glob("??/*.json")):
            yield Record.from_json(path.read_text(encoding="utf-8"), str(path))


def _schema(marker: Path) -> int:
    try:
        return int(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{marker}: damaged; write {SCHEMA} into it or use another --out") from error
