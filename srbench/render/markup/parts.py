"""Parts of a table: what was measured before what is only in print, and a wide table as several narrow ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from srbench.render.grid import Grid, label, labels_of, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.table import Table

Text = Callable[["TableEntry | None"], str]
"""Function that returns the text of a cell."""
MOST_COLUMNS = 12
"""Largest number of columns of a part, its labels among them."""
WIDEST = 130
"""Largest width of a part in characters: what a page on GitHub shows without scrolling."""
MOST_PARTS = 8
"""Largest number of parts; a table that would have more is transposed instead."""
SPLITS: tuple[tuple[str, ...], ...] = ((), ("dataset",), ("scale",), ("dataset", "scale"))
"""Dimensions that a table is divided by, in the order in which they are tried."""
COSTS = "Costs"
"""Title of the part with numbers of no dataset."""


@dataclass(frozen=True)
class Part:
    """A part of a table, such as its numbers on a dataset."""

    title: str
    """Dataset and scale that tell the part from the others; empty if it is the only one."""
    grid: Grid

    @property
    def columns(self) -> int:
        """Number of columns, the labels among them."""
        return len(self.grid.row_axes) + len(self.grid.columns)

    def width(self, text: Text) -> int:
        """Return the width in characters, with borders."""
        lines = [self.grid.header(), *self.grid.texts(text)]
        return sum(max(map(len, column)) + 3 for column in zip(*lines, strict=True)) + 1


def measured_parts(result: Result, text: Text) -> list[Part]:
    """Return the parts with measured numbers; rows that have none in a part are left out of it.

    A table that is too wide is divided by dataset, by scale, or by both; if none of that helps, it is transposed too.

    Args:
        result: The measured table.
        text: Function that returns the text of a cell.
    """
    return _narrow((parts for table, split in _layouts(result) if (parts := _measured(result, table, split))), text)


def printed_parts(result: Result, measured: Sequence[Part], text: Text) -> list[Part]:
    """Return parts with the printed numbers that the parts of `measured_parts` lack, laid out likewise.

    Args:
        result: The measured table.
        measured: The parts with measured numbers.
        text: Function that returns the text of a cell.
    """
    shown = {id(entry) for part in measured for entry in part.grid.entries.values()}
    left = replace(
        result, entries=tuple(entry for entry in result.entries if entry.published and id(entry) not in shown)
    )
    if not left.entries:
        return []
    return _narrow((_parts(left, table, split) for table, split in _layouts(left)), text)


def _narrow(layouts: Iterable[list[Part]], text: Text) -> list[Part]:
    """Return the first layout whose parts are narrow enough; without one, that with the fewest columns."""
    wide = []
    for parts in layouts:
        most = max(part.columns for part in parts)
        if most <= MOST_COLUMNS and max(part.width(text) for part in parts) <= WIDEST:
            return parts
        wide.append((most, parts))
    return min(wide, key=lambda pair: pair[0])[1] if wide else []


def _layouts(result: Result) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Yield the table's layout as it is and transposed, each with the dimensions that it is divided by."""
    table, datasets = result.table, labels_of(result)
    names = [label(entry, datasets) for entry in result.entries]
    values = {part: {name[part] for name in names} for part in ("dataset", "scale")}
    for down, across in ((table.row_axes, table.column_axes), (table.column_axes, table.row_axes)):
        for split in SPLITS:
            rest_down, rest_across = (tuple(part for part in axes if part not in split) for axes in (down, across))
            parts = len({tuple(name[part] for part in split) for name in names})
            if rest_down and rest_across and parts <= MOST_PARTS and all(len(values[part]) > 1 for part in split):
                yield replace(table, row_axes=rest_down, column_axes=rest_across), split


def _measured(result: Result, table: Table, split: tuple[str, ...]) -> list[Part]:
    """Return the parts of a layout, without rows that have no measured number in a part, and without empty columns."""
    key = _key(result, split)
    rows = {(key(entry), entry.row) for entry in result.measured}
    entries = [entry for entry in result.entries if (key(entry), entry.row) in rows]
    filled = {(key(entry), entry.column) for entry in entries if entry.measured is not None or entry.published}
    kept = tuple(entry for entry in entries if (key(entry), entry.column) in filled)
    return _parts(replace(result, entries=kept), table, split)


def _parts(result: Result, table: Table, split: tuple[str, ...]) -> list[Part]:
    key = _key(result, split)
    position = {column: number for number, column in enumerate(result.table.columns)}
    groups: dict[tuple[str, ...], list[TableEntry]] = {}
    for entry in sorted(result.entries, key=lambda entry: position.get(entry.column, len(position))):
        groups.setdefault(key(entry), [])
    for entry in result.entries:
        groups[key(entry)].append(entry)
    return [
        Part(
            " ".join(filter(None, names)) or COSTS * bool(split),
            lay_out(replace(result, table=table, entries=tuple(entries))),
        )
        for names, entries in groups.items()
    ]


def _key(result: Result, split: tuple[str, ...]) -> Callable[[TableEntry], tuple[str, ...]]:
    datasets = labels_of(result)

    def key(entry: TableEntry) -> tuple[str, ...]:
        names = label(entry, datasets)
        return tuple(names[part] for part in split)

    return key
