"""Finished records of a store that are read when they are asked for, so that only their keys take memory."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from srbench.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, MutableMapping

    from srbench.records.cell import Cell

MANY = 1000
"""Number of records from which they are not kept in memory but read when they are asked for."""


class FinishedRecords(Mapping[str, Record]):
    """Finished records by key; each access reads and verifies the file again.

    Args:
        cells: Cells of the records by key.
        read: Function that returns the finished record of a key; None if it is gone.
    """

    def __init__(self, cells: Mapping[str, Cell], read: Callable[[str], Record | None]) -> None:
        self._cells = cells
        self._read = read

    def __getitem__(self, key: str) -> Record:
        """Return a record; one that was damaged or removed since its key was found counts as failed."""
        cell = self._cells[key]
        error = "its record was damaged or removed while this run went on; run again to measure it"
        return self._read(key) or Record(cell, "failed", {}, error=error)

    def __contains__(self, key: object) -> bool:
        return key in self._cells

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


class RecordsOfSlots(Mapping[tuple[str, str, float], Sequence[Record]]):
    """Finished records by method, metric and scale, which are read when a slot is asked for.

    Args:
        keys: Keys of the records by slot.
        read: Function that returns the finished record of a key; None if it is gone.
    """

    def __init__(
        self, keys: Mapping[tuple[str, str, float], Sequence[str]], read: Callable[[str], Record | None]
    ) -> None:
        self._keys = keys
        self._read = read

    def __getitem__(self, slot: tuple[str, str, float]) -> Sequence[Record]:
        """Return the records of a slot that can still be read."""
        return [record for record in map(self._read, self._keys[slot]) if record]

    def __contains__(self, slot: object) -> bool:
        return slot in self._keys

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class RunRecords(ChainMap[str, Record]):
    """Records of a run by key: those of earlier runs, and new ones, of which the first `MANY` stay in memory.

    Args:
        earlier: Records of earlier runs.
        read: Function that returns the finished record of a key from the store; None: there is no store, so that all
            records stay in memory.
    """

    def __init__(self, earlier: Iterable[Mapping[str, Record]], read: Callable[[str], Record | None] | None) -> None:
        self._cells: dict[str, Cell] = {}
        self._stored = read is not None
        stored = [FinishedRecords(self._cells, read)] if read else []
        super().__init__({}, *(cast("MutableMapping[str, Record]", records) for records in (*stored, *earlier)))

    def __setitem__(self, key: str, record: Record) -> None:
        """Add a record, which is already in the store if it is finished.

        A record that is not finished, or is added under another key than its own, always stays in memory.
        """
        stored = self._stored and record.status == "ok" and key == record.cell.key
        if stored and len(self.maps[0]) >= MANY:
            self.maps[0].pop(key, None)
            self._cells[key] = record.cell
        else:
            super().__setitem__(key, record)
