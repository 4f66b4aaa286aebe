"""Records on disk, one file per cell, written so that no reader ever sees part of a record."""

from __future__ import annotations

import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.records.index import shards, state, summaries
from srbench.records.lazy_records import MANY, FinishedRecords, RecordsOfSlots
from srbench.records.record import SCHEMA, Record
from srbench.storage.atomic import check_writable, write_atomically
from srbench.storage.canonical_hash import canonical_hash
from srbench.storage.folder_lock import folder_lock
from srbench.storage.regular_file import require_regular_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from srbench.records.index import Summary

_SCHEMA = re.compile(r'"schema": *(\d+)')
"""The schema in the first bytes of a record; schema 1 has it there too."""

FOLDER = "records"
"""Name of the folder of records in an output folder."""
WRITERS = 8
"""Number of threads of `Store.put_all`."""
REMEMBERED = 1000
"""Number of records of `Store.remembered`."""


class Store:
    """A folder of records, one file each: ``<root>/records/<first two hex digits>/<cell key>.json``.

    Records are named by what they measure, and finished ones are never removed, so two runs on one folder cannot harm
    each other: at worst both measure the same cell and write the same file. ``records/SCHEMA`` holds the schema of all
    records.

    Args:
        root: Output folder of a run; it need not exist yet.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records = root / FOLDER

    def prepare(self) -> None:
        """Create the folder, check that it can be written, and move records of an older schema aside.

        Keys of an older schema have another meaning, so the cells are measured again; a warning says where the records
        are.

        Raises:
            StoreError: if the folder cannot be written, or holds records of a newer srbench.
        """
        check_writable(self.records, self.root)
        marker = self.records / "SCHEMA"
        schema = _marked_schema(marker) if marker.is_file() else 0
        if schema > SCHEMA:
            raise StoreError(f"{self.records}: written by a newer srbench (schema {schema}); use another --out")
        if schema == SCHEMA:
            return
        if older := self._older():
            self._set_aside(older)
        write_atomically(marker, f"{SCHEMA}\n")

    def warn_of_older(self) -> None:
        """Warn of records of an older schema, which `prepare` would set aside."""
        if not (self.records / "SCHEMA").is_file() and (older := self._older()):
            warnings.warn(
                f"{self.records}: {len(older)} records of an older schema are not read; the next run sets them aside",
                stacklevel=2,
            )

    def _older(self) -> dict[Path, int]:
        """Return the schema of each record of an older schema, by file."""
        schemas = {path: _schema_of(path) for path in self.records.glob("??/*.json")}
        return {path: schema for path, schema in schemas.items() if schema < SCHEMA}

    def _set_aside(self, older: Mapping[Path, int]) -> None:
        """Move records of an older schema, given with their schemas, to folders of their own, with a warning."""
        folders = set()
        for path, schema in older.items():
            aside = self.root / f"records-schema-{schema}"
            folders.add(aside)
            try:
                (aside / path.parent.name).mkdir(parents=True, exist_ok=True)
                with suppress(FileNotFoundError):  # another process has moved it already
                    path.replace(aside / path.parent.name / path.name)
            except OSError as error:
                raise StoreError(
                    f"{path}: a record of schema {schema} can't be moved to {aside} ({error}); use another --out"
                ) from error
        where = " and ".join(str(folder) for folder in sorted(folders))
        warnings.warn(
            f"{self.records}: {len(older)} records of an older schema are set aside in {where}; their cells are "
            f"measured again with schema {SCHEMA}",
            stacklevel=3,
        )

    def path(self, key: str) -> Path:
        """Return the path of the record of the cell with this key, whether it exists or not."""
        return self.records / key[:2] / f"{key}.json"

    def get(self, key: str) -> Record | None:
        """Return the record of this key, including failed ones (see `done`), or None.

        Raises:
            StoreError: if the file is damaged, or holds the record of another cell.
        """
        path = self.path(key)
        return _read_verified(path) if path.exists() else None

    def done(self, key: str) -> Record | None:
        """Return the record of this key if it need not be measured again.

        A damaged record causes a warning and counts as none.
        """
        try:
            record = self.get(key)
        except StoreError as error:
            warnings.warn(f"{error}; the cell counts as not measured", stacklevel=2)
            return None
        return record if record and record.status == "ok" else None

    @cached_property
    def remembered(self) -> Callable[[str], Record | None]:
        """A function like `done` that remembers the last `REMEMBERED` records.

        It is for finished records, which never change: several slots, and several tables of a run, ask for the same.
        """
        return lru_cache(maxsize=REMEMBERED)(self.done)

    def put(self, record: Record) -> Path:
        """Write a record atomically (temporary file, fsync, rename) and return its path.

        A failed record never replaces a successful one. If a folder is in the place of the file, the record is not
        written, with a warning.
        """
        path = self.path(record.cell.key)
        if path.is_dir():
            warnings.warn(f"{path}: a folder, so the record is not stored there; remove the folder", stacklevel=2)
            return path
        finished = record.status == "ok"
        # a failed record is written alone: no other process may finish the cell between `done` and the write
        with folder_lock(path.parent, alone=not finished):
            if finished or self.done(record.cell.key) is None:
                write_atomically(path, record.to_json())
        return path

    def put_all(self, records: Sequence[Record]) -> None:
        """Write records as `put` does, all at the same time, since most of the time goes into waiting for the disk."""
        if len(records) == 1:
            self.put(records[0])
        elif records:
            with ThreadPoolExecutor(min(len(records), WRITERS)) as pool:
                list(pool.map(self.put, records))

    @cached_property
    def summaries(self) -> Mapping[str, Summary]:
        """Summaries of all records by key, as they were when this was first asked for.

        They come from an index (`srbench.records.index`), so that records are read only once as long as they stay the
        same. Damaged records are counted in a warning and left out.
        """
        by_key, damaged = summaries(self.records, _read_verified)
        _warn_of(damaged)
        return by_key

    @cached_property
    def by_slot(self) -> Mapping[tuple[str, str, float], Sequence[Record]]:
        """Finished records by method or model, metric and scale, as they were when this was first asked for.

        The records of a slot are read when it is asked for. Damaged records cause a warning and are left out.
        """
        keys: dict[tuple[str, str, float], list[str]] = {}
        for key, summary in self.summaries.items():
            if summary.status == "ok":
                keys.setdefault((summary.method, summary.metric, summary.scale), []).append(key)
        return RecordsOfSlots(keys, self.done)

    def finished(self, keys: Collection[str]) -> Mapping[str, Record]:
        """Return the finished records of these keys (see `done`).

        Of many keys, the records are read when they are asked for, since all of them may not fit into memory.
        """
        if len(keys) < MANY:
            return {key: record for key in dict.fromkeys(keys) if (record := self.done(key))}
        cells = {}
        for key in dict.fromkeys(keys):
            summary = self.summaries.get(key)
            if summary and summary.status == "ok" and state(self.path(key)) == summary.state:
                cells[key] = summary.cell(key)
            elif record := self.done(key):  # finished after the summaries were made
                cells[key] = record.cell
        return FinishedRecords(cells, self.done)

    def read_all(self) -> tuple[list[Record], list[StoreError]]:
        """Return all records, and the errors of those that are damaged or can't be read."""
        damaged: list[StoreError] = []
        return list(self._read(damaged)), damaged

    def __iter__(self) -> Iterator[Record]:
        """Yield all records; damaged ones are counted in a warning at the end and left out."""
        damaged: list[StoreError] = []
        yield from self._read(damaged)
        _warn_of(damaged)

    def _read(self, damaged: list[StoreError]) -> Iterator[Record]:
        """Yield all records in the order of their keys, and add the errors of the others to `damaged`."""
        for folder in shards(self.records):
            for path in sorted(folder.glob("*.json")):
                try:
                    yield _read_verified(path)
                except StoreError as error:
                    damaged.append(error)


def _warn_of(damaged: Sequence[StoreError]) -> None:
    if damaged:
        warnings.warn(f"{len(damaged)} records are left out, the first: {damaged[0]}", stacklevel=3)


def _read_verified(path: Path) -> Record:
    """Return the record in a file that is named by its key.

    Raises:
        StoreError: if it cannot be read, or is the record of another cell, copied or renamed.
    """
    record = Record.read(path)
    if record.cell.key != path.stem:
        raise StoreError(f"{path}: damaged, it holds the record of another cell, {record.cell.key[:12]}...")
    if record.identity and canonical_hash(record.identity) != path.stem:
        raise StoreError(f"{path}: damaged, its key is not the hash of its identity")
    return record


def _marked_schema(marker: Path) -> int:
    """Return the schema in the file ``records/SCHEMA``.

    Raises:
        StoreError: if it is not a number, or can't be read.
    """
    try:
        return int(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{marker}: damaged; write {SCHEMA} into it or use another --out") from error


def _schema_of(path: Path) -> int:
    """Return the schema of a record; that of this srbench if it is unknown, so that the record stays in its place."""
    try:
        require_regular_file(path, StoreError)
        with path.open(encoding="utf-8") as file:
            match = _SCHEMA.search(file.read(200))
    except (OSError, UnicodeDecodeError, StoreError):
        return SCHEMA
    return int(match[1]) if match else SCHEMA
