"""Finished records of a store that are read when they are asked for, so that only their keys take memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from srbench.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srbench.records.cell import Cell


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
