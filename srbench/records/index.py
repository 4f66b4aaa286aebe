"""The index of a folder of records: what each file holds, remembered as long as the file stays the same."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from srbench.errors import StoreError
from srbench.records.cell import Cell
from srbench.records.record import SCHEMA
from srbench.storage.atomic import atomic_write
from srbench.storage.roots import cache_dir
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from srbench.records.record import Record, Status

FORMAT = 1
"""Version of the index file, part of its name, so that two versions of srbench never read each other's."""
FEWEST = 500
"""Number of records from which an index is written; fewer are read in a moment."""
SETTLED = 2_000_000_000
"""Age in nanoseconds from which a file is remembered. A younger file may change again within the resolution of its
times (2 s on FAT, some milliseconds on most file systems), and its times would not show that."""

SUFFIX = ".json"
State = tuple[int, int, int, int]
"""Size of a file, times of the last change of its content and of its inode in nanoseconds, and number of the inode."""
UNKNOWN: State = (0, 0, 0, 0)
"""State of a file that can't be looked at; no real file has it."""


class Summary(NamedTuple):
    """The part of a record that a search among many of them needs, with the state of the file that it was read from."""

    state: State
    status: Status
    seconds: float
    images: int
    """Number of images with a value."""
    method: str
    dataset: str
    scale: float
    protocol: str
    metric: str
    profile: str
    seed: int

    def cell(self, key: str) -> Cell:
        """Return the coordinates of the record, whose key this summary does not repeat."""
        return Cell(self.method, self.dataset, self.scale, self.protocol, self.metric, self.profile, self.seed, key)


def summaries(records: Path, read: Callable[[Path], Record]) -> tuple[dict[str, Summary], list[StoreError]]:
    """Return the summaries of all records in a folder, by key, and the errors of those that can't be read.

    A summary comes from the index, one file under ``records/`` of `cache_dir`, while the size, times and inode of the
    record's file stay the same; the other files are read, and the index is written anew. It holds nothing that the
    records do not: an index that is missing, damaged or out of date costs time only. It is replaced atomically; of two
    processes that write at the same time the later wins, and what the other had read is read again.

    Args:
        records: Folder with the shards, which are named by the first two digits of their keys.
        read: Function that reads and verifies the record in a file.
    """
    now = time.time_ns()
    index = index_file(records)
    indexed = _load(index)
    current: dict[str, Summary] = {}
    errors: list[StoreError] = []
    read_now, unsettled = 0, set()
    for folder in shards(records):
        for name, file_state in sorted(_states(folder).items()):
            key = name[: -len(SUFFIX)]
            entry = indexed.get(key)
            if entry is None or entry.state != file_state:
                try:
                    entry = summary(read(folder / name), file_state)
                except StoreError as error:
                    errors.append(error)
                    continue
                read_now += 1
                if file_state == UNKNOWN or max(file_state[1:3]) > now - SETTLED:
                    unsettled.add(key)
            current[key] = entry
    if len(current) >= FEWEST and (read_now > len(unsettled) or indexed.keys() - current.keys()):
        _save(index, records, {key: entry for key, entry in current.items() if key not in unsettled})
    return current, errors


def index_file(records: Path) -> Path:
    """Return the path of the index of a folder of records, in the cache, since the folder may be read-only."""
    name = hashlib.sha256(name_bytes(str(records.resolve()))).hexdigest()[:16]
    return cache_dir() / "records" / f"{name}-{SCHEMA}.{FORMAT}.json"


def shards(records: Path) -> list[Path]:
    """Return the folders that hold the record files, in order; none if there is no such folder."""
    try:
        with os.scandir(records) as entries:
            names = sorted(entry.name for entry in entries if len(entry.name) == 2 and entry.is_dir())
    except OSError:
        return []
    return [records / name for name in names]


def state(file: os.DirEntry[str] | Path) -> State:
    """Return the state of a file; `UNKNOWN` if there is none."""
    try:
        status = file.stat()
    except OSError:  # a link to nowhere, or removed in this moment
        return UNKNOWN
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _states(folder: Path) -> dict[str, State]:
    """Return the states of the record files of a shard, by name."""
    states: dict[str, State] = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX):
                states[entry.name] = state(entry)
    return states


def summary(record: Record, file_state: State) -> Summary:
    """Return the summary of a record that was read from a file in this state."""
    cell = record.cell
    return Summary(
        file_state,
        record.status,
        record.seconds,
        len(record.values),
        cell.method,
        cell.dataset,
        cell.scale,
        cell.protocol,
        cell.metric,
        cell.profile,
        cell.seed,
    )


def _save(index: Path, records: Path, entries: Mapping[str, Summary]) -> None:
    """Write the index, if that is possible: a line with its hash, then one JSON document of columns."""
    if not entries:
        return
    states, *columns = zip(*entries.values(), strict=True)
    document = {
        "folder": str(records.resolve()),
        "keys": list(entries),
        "states": list(zip(*states, strict=True)),
        "columns": [_encoded(column) for column in columns],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    with suppress(OSError), atomic_write(index) as temporary:
        temporary.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def _load(index: Path) -> dict[str, Summary]:
    """Return the summaries in the index; none if it is missing, damaged or can't be read."""
    try:
        digest, _, text = index.read_bytes().partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != digest:
            return {}
        document = json.loads(text)
        columns = [_decoded(column) for column in document["columns"]]
        rows = map(Summary, zip(*document["states"], strict=True), *columns)
        return dict(zip(document["keys"], rows, strict=True))
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        return {}


def _encoded(column: Sequence[Any]) -> list[list[Any]]:
    """Return the distinct values of a column, and for each of its values the place among them."""
    places: dict[Any, int] = {}
    numbers = [places.setdefault(value, len(places)) for value in column]
    return [list(places), numbers]


def _decoded(column: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the column that `_encoded` encoded."""
    distinct, numbers = column
    return [distinct[number] for number in numbers]
