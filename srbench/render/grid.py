"""A table laid out as its paper prints it: which names run down, which run across."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.table import Table

Key = tuple[str, ...]

HEADINGS = {"row": "Method", "dataset": "Dataset", "scale": "Scale", "metric": "Metric"}
ARROWS = {"higher": "↑", "lower": "↓"}


@dataclass(frozen=True)
class Grid:
    """Entries by line and column label. `down` and `across` name what the parts of the labels are."""

    row_axes: tuple[str, ...]
    column_axes: tuple[str, ...]
    lines: tuple[Key, ...]
    columns: tuple[Key, ...]
    entries: dict[tuple[Key, Key], TableEntry]
    groups: dict[Key, str]
    """Group (``Distortion-based``) of each column where methods run across, or of each line where they run down."""

    @property
    def methods_across(self) -> bool:
        """Whether each method has columns of its own."""
        return "row" in self.column_axes

    def texts(self, text: Callable[[TableEntry | None], str]) -> list[list[str]]:
        """The grid as text: labels, then one cell per column."""
        return [[*line, *(text(self.entries.get((line, column))) for column in self.columns)] for line in self.lines]

    def header(self) -> list[str]:
        """Headings of the label columns, then one per column."""
        return [
            *(HEADINGS[part] for part in self.row_axes),
            *(" ".join(filter(None, column)) for column in self.columns),
        ]

    def rivals(self, line: Key, column: Key) -> list[TableEntry]:
        """The entries of all of the paper's methods for the same dataset, scale and metric."""
        own = self.entries[line, column].column
        return [entry for entry in self.entries.values() if entry.column == own and not entry.row.reference]


def lay_out(result: Result) -> Grid:
    """The grid of `result` in its table's own layout.

    A dimension that varies although the paper's layout has no place for it (the user asked for a second scale, say)
    is added to the labels of the lines.
    """
    down, across = _dimensions(result.table, result.entries)
    lines: dict[Key, None] = {}
    columns: dict[Key, None] = {}
    placed: dict[tuple[Key, Key], TableEntry] = {}
    groups: dict[Key, str] = {}
    for entry in result.entries:
        labels = label(entry)
        line, column = tuple(labels[part] for part in down), tuple(labels[part] for part in across)
        lines[line] = columns[column] = None
        placed[line, column] = entry
        groups[column if "row" in across else line] = entry.row.group
    ordered_lines, ordered_columns = tuple(lines), tuple(columns)
    if "row" in across:  # entries come method by method; datasets and metrics then keep the order of the columns
        ordered_lines = _in_order(ordered_lines, down, result.table)
        ordered_columns = _in_order(ordered_columns, across, result.table)
    return Grid(down, across, ordered_lines, ordered_columns, placed, groups)


def label(entry: TableEntry) -> dict[str, str]:
    """The four names of an entry as a reader sees them."""
    column, metric = entry.column, entry.metric
    title = (metric.title or metric.name) if metric else column.metric.upper()
    if metric and metric.subject != "image" and metric.unit:
        title += f" [{metric.unit}]"
    return {
        "row": entry.row.label,
        "dataset": PurePath(column.dataset).name if column.dataset else "",
        "scale": f"×{column.scale:g}" if column.scale else "",
        "metric": f"{title} {ARROWS[metric.better]}" if metric else title,
    }


def _dimensions(table: Table, entries: Iterable[TableEntry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    seen: dict[str, set[str]] = {part: set() for part in HEADINGS}
    for entry in entries:
        for part, name in label(entry).items():
            seen[part].add(name)
    needed = tuple(
        part for part in HEADINGS if part not in table.row_axes + table.column_axes and len(seen[part] - {""}) > 1
    )
    return table.row_axes + needed, table.column_axes


def _in_order(keys: Sequence[Key], parts: tuple[str, ...], table: Table) -> tuple[Key, ...]:
    """Sort by the table's own order of rows and columns, outermost part first."""
    order: dict[str, list[str]] = {"row": [row.label for row in table.rows], "dataset": [], "scale": [], "metric": []}
    for key in keys:
        for part, name in zip(parts, key, strict=True):
            if name not in order[part]:
                order[part].append(name)
    return tuple(sorted(keys, key=lambda key: [order[part].index(name) for part, name in zip(parts, key, strict=True)]))
