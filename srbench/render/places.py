"""Places of a table in words: datasets, scales, metrics and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from srbench.render.grid import label, labels_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from srbench.bench.results.table_result import Result, TableEntry

Value = TypeVar("Value")
Shown = Callable[[str], str]
"""Function that escapes a text for the format that it stands in."""


class Places:
    """Names of places in a table.

    Args:
        result: The table.
        shown: Function that escapes names.
    """

    def __init__(self, result: Result, shown: Shown) -> None:
        self._shown = shown
        self._rows = len(result.table.rows)
        self._of_row = Counter(entry.row.label for entry in result.entries)
        self._datasets = labels_of(result)
        scales = {entry.column.scale: label(entry, self._datasets)["scale"] for entry in result.entries}
        self._scales = set(scales.values()) - {""}

    def whom(self, entries: list[TableEntry]) -> str:
        """Return the rows of `entries`, with the columns unless all of these rows' entries are among them."""
        rows = {entry.row.label for entry in entries}
        if sum(self._of_row[row] for row in rows) == len(entries) and len(rows) < self._rows:
            return listed(self._shown(entry.row.label) for entry in entries)
        columns = {entry.column for entry in entries}
        everyone = len(entries) == len(columns) * self._rows and self._rows > 1
        return self.text(entries, everyone=everyone)

    def text(self, entries: list[TableEntry], *, everyone: bool = False) -> str:
        """Return datasets, scales, metrics and rows of `entries`: ``Set5, Set14 x2 PSNR, SSIM (SRCNN, FEQE)``.

        Scales are named if they are not all of the table. Rows with other columns than the rest stand apart, as do the
        datasets with other scales or metrics: ``Set14 x3 PSNR; Urban100 PSNR (SRCNN)``.
        """
        rows = {} if everyone else _grouped(entries, lambda entry: entry.row.label)
        alike = _grouped(rows, lambda row: frozenset(entry.column for entry in rows[row]))
        groups = [[entry for row in group for entry in rows[row]] for group in alike.values()]
        return "; ".join(
            f"{self._columns(group)} ({'all rows' if everyone else listed(self._shown(e.row.label) for e in group)})"
            for group in groups or [entries]
        )

    def _columns(self, entries: Iterable[TableEntry]) -> str:
        """Return the columns of `entries`: ``Set5, Set14 x2 PSNR, SSIM``; datasets with others follow a semicolon."""
        datasets = _grouped(entries, lambda entry: entry.column.dataset)
        alike = _grouped(datasets, lambda name: frozenset((e.column.scale, e.column.metric) for e in datasets[name]))
        groups = ([entry for name in names for entry in datasets[name]] for names in alike.values())
        return "; ".join(place for group in groups for place in self._places(group))

    def _places(self, entries: list[TableEntry]) -> list[str]:
        """Return the columns of `entries`, whose datasets have the same ones; metrics with other scales stand apart."""
        metrics = _grouped(entries, lambda entry: entry.column.metric)
        alike = _grouped(metrics, lambda metric: frozenset(entry.column.scale for entry in metrics[metric]))
        return [self._place(entry for metric in group for entry in metrics[metric]) for group in alike.values()]

    def _place(self, entries: Iterable[TableEntry]) -> str:
        """Return datasets, scales and metrics of `entries`, which are all combinations of these."""
        names = [label(entry, self._datasets) for entry in entries]
        scales = distinct(each["scale"] for each in names)
        parts = (
            ", ".join(map(self._shown, filter(None, distinct(each["dataset"] for each in names)))),
            ", ".join(filter(None, scales)) if set(scales) - {""} != self._scales else "",
            ", ".join(map(self._shown, distinct(each["metric"].rstrip(" ↑↓") for each in names))),
        )
        return " ".join(filter(None, parts))


def _grouped(values: Iterable[Value], key: Callable[[Value], Hashable]) -> dict[Any, list[Value]]:
    """Return `values` by their key, in the order in which the keys come first."""
    groups: dict[Any, list[Value]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups


def distinct(values: Iterable[str]) -> list[str]:
    """Return each of `values` once, in the order in which they come first."""
    return list(dict.fromkeys(values))


def listed(names: Iterable[str]) -> str:
    """Return the distinct names as a list, separated by semicolons if a name holds a comma."""
    different = distinct(names)
    return ("; " if any("," in name for name in different) else ", ").join(different)
