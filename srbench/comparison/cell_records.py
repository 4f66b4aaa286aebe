"""The records that the number of a table cell was made of, found by the number itself."""

from __future__ import annotations

from functools import cached_property
from itertools import islice, product
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from srbench.records.store import Store
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srbench.comparison.sides import Side
    from srbench.comparison.table_cells import Place, TableCell
    from srbench.records.record import Record

MOST_COMBINATIONS = 256
"""Largest number of combinations of records by seed that are tried for one mean."""


class CellRecords:
    """Search for the records behind the cells of one side; they are read when they are first needed.

    Records are found by the number that they give, not by the keys that today's code would make, so those of other
    versions are found as well.

    Args:
        side: The side.
        methods_of: Function that returns the methods that the row of a place may stand for; none: not known.
    """

    def __init__(self, side: Side, methods_of: Callable[[Place], Iterable[str]] = lambda _place: ()) -> None:
        self.side = side
        self._methods_of = methods_of

    @cached_property
    def _read(self) -> tuple[list[Record], list[str]]:
        """All records, and the faults of the damaged ones, with the side's name instead of its temporary folder."""
        records, damaged = Store(self.side.folder).read_all()
        folder = str(self.side.folder)
        return records, [str(error).replace(folder, self.side.name) for error in damaged]

    @property
    def damaged(self) -> list[str]:
        """Path and fault of each damaged record."""
        return self._read[1]

    @cached_property
    def _by_metric(self) -> dict[str, list[Record]]:
        by_metric: dict[str, list[Record]] = {}
        for record in self._read[0]:
            if record.status == "ok" and record.value is not None:
                by_metric.setdefault(record.cell.metric, []).append(record)
        return by_metric

    def records(self, cell: TableCell) -> tuple[Record, ...]:
        """Return the records whose value, or whose mean over the seeds, is the measured number of `cell`.

        Returns:
            A record for each seed; none if no records give that number, or if several do and nothing tells which.
        """
        if cell.measured is None:
            return ()
        place = cell.place
        datasets = {place.dataset, Path(place.dataset).name}
        fitting = [
            record
            for record in self._by_metric.get(place.metric, ())
            if record.cell.dataset in datasets and place.scale in {0.0, record.cell.scale}
        ]
        if not fitting:
            return ()
        groups = _single(fitting, cell.measured) if (cell.seeds or 1) == 1 else _records_by_seed(fitting, cell)
        groups = _narrowed(groups, lambda record: not cell.protocol or record.cell.protocol == cell.protocol)
        methods = set(self._methods_of(place))
        groups = _narrowed(groups, lambda record: record.cell.method in methods)
        groups = _narrowed(groups, lambda record: record.cell.profile == cell.profile)
        return tuple(groups[0]) if len(groups) == 1 else ()


def _single(records: Sequence[Record], value: float) -> list[list[Record]]:
    """Return each record with exactly this value as a group of its own."""
    return [[record] for record in records if record.value == value]


def _records_by_seed(records: Sequence[Record], cell: TableCell) -> list[list[Record]]:
    """Return the groups of records, one for each seed, whose mean is the number of `cell`."""
    by_subject: dict[tuple[str, str, str], dict[int, list[Record]]] = {}
    for record in records:
        subject = (record.cell.method, record.cell.profile, canonical_hash(dict(record.protocol)))
        by_subject.setdefault(subject, {}).setdefault(record.cell.seed, []).append(record)
    seeds = range(cell.seeds or 1)
    groups: list[list[Record]] = []
    for by_seed in by_subject.values():
        choices = islice(product(*(by_seed.get(seed, []) for seed in seeds)), MOST_COMBINATIONS)
        groups += [list(group) for group in choices if _mean(group) == cell.measured]
    return groups


def _mean(records: Sequence[Record]) -> float:
    return fmean(record.value for record in records if record.value is not None)


def _narrowed(groups: list[list[Record]], fits: Callable[[Record], bool]) -> list[list[Record]]:
    """Return the groups whose records fit; all of them if none does."""
    return [group for group in groups if all(map(fits, group))] or groups
