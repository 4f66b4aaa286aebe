"""Table layout as in the paper: which of row, dataset, scale and metric label the lines, and which the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.results.dataset_labels import dataset_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.table import Table

Key = tuple[str, ...]

HEADINGS = {"row": "Method", "dataset": "Dataset", "scale": "Scale", "metric": "Metric"}
ARROWS = {"higher": "↑", "lower": "↓"}


@dataclass(frozen=True)
class Grid:
    """Table entries by line label and column label.

    A label is a tuple of strings, one for each axis in `row_axes` or `column_axes`.
    """

    row_axes: tuple[str, ...]
    """Parts of a line label, in order: some of row, dataset, scale, metric."""
    column_axes: tuple[str, ...]
    """Parts of a column label, in order."""
    lines: tuple[Key, ...]
    columns: tuple[Key, ...]
    entries: dict[tuple[Key, Key], TableEntry]
    groups: dict[Key, str]
    """Group (``Distortion-based``) of each column if methods are columns, else of each line."""

    @property
    def methods_across(self) -> bool:
        """True if methods are columns, not lines."""
        return "row" in self.column_axes

    def texts(self, text: Callable[[TableEntry | None], str]) -> list[list[str]]:
        """Return one list per line: its labels, then the text of one cell per column."""
        return [[*line, *(text(self.entries.get((line, column))) for column in self.columns)] for line in self.lines]

    def header(self) -> list[str]:
        """Return the headings of the label columns, then one heading per column."""
        return [
            *(HEADINGS[part] for part in self.row_axes),
            *(" ".join(filter(None, column)) for column in self.columns),
        ]


def lay_out(result: Result) -> Grid:
    """Return the grid of `result` in the layout of its table.

    A dimension that varies but is missing from the paper's layout (for example because the user asked for a second
    scale) is added to the line labels.
    """
    datasets = labels_of(result)
    names = [label(entry, datasets) for entry in result.entries]
    down, across = _dimensions(result.table, names)
    lines: dict[Key, None] = {}
    columns: dict[Key, None] = {}
    placed: dict[tuple[Key, Key], TableEntry] = {}
    groups: dict[Key, str] = {}
    for entry, labels in zip(result.entries, names, strict=True):
        line, column = tuple(labels[part] for part in down), tuple(labels[part] for part in across)
        lines[line] = columns[column] = None
        placed[line, column] = entry
        groups[column if "row" in across else line] = entry.row.group
    ordered_lines, ordered_columns = tuple(lines), tuple(columns)
    if result.plugin or "row" in across:  # entries are ordered by method; lines and columns need the table's order
        order = _order(result, datasets)
        ordered_lines = _in_order(lines, down, order)
        if "row" in across:
            ordered_columns = _in_order(columns, across, order)
    elif "dataset" in down:  # one block of lines for each method, its costs last
        place, dataset = down.index("row"), down.index("dataset")
        rows = {row: number for number, row in enumerate(dict.fromkeys(line[place] for line in lines))}
        ordered_lines = tuple(sorted(lines, key=lambda line: (rows[line[place]], not line[dataset])))
    return Grid(down, across, ordered_lines, ordered_columns, placed, groups)


def labels_of(result: Result) -> dict[str, str]:
    """Return the label of each dataset of `result`, which tells folders of one name apart.

    Costs, which have no dataset, are shown with the dataset if a table that is not from a paper has only one.
    """
    labels = dataset_labels(entry.column.dataset for entry in result.entries if entry.column.dataset)
    alone = "".join(labels.values()) if len(labels) == 1 and not result.plugin else ""
    return {**labels, "": alone}


def label(entry: TableEntry, datasets: Mapping[str, str]) -> dict[str, str]:
    """Return the display names of an entry's row, dataset, scale and metric.

    Args:
        entry: The entry.
        datasets: Labels of datasets (`labels_of`).
    """
    column, metric = entry.column, entry.metric
    title = (metric.title or metric.name) if metric else column.metric.upper()
    if metric and metric.subject != "image" and metric.unit:
        title += f" [{metric.unit}]"
    return {
        "row": entry.row.label,
        "dataset": datasets[column.dataset],
        "scale": f"x{column.scale:g}" if column.scale else "",
        "metric": f"{title} {ARROWS[metric.better]}" if metric else title,
    }


def _dimensions(table: Table, names: Iterable[Mapping[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    seen: dict[str, set[str]] = {part: set() for part in HEADINGS}
    for labels in names:
        for part, name in labels.items():
            seen[part].add(name)
    needed = tuple(
        part for part in HEADINGS if part not in table.row_axes + table.column_axes and len(seen[part] - {""}) > 1
    )
    return table.row_axes + needed, table.column_axes


def _order(result: Result, datasets: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the place of each label in the table's order of rows and columns, by part of a label."""
    order: dict[str, dict[str, int]] = {part: {} for part in HEADINGS}
    for row in result.table.rows:
        order["row"].setdefault(row.label, len(order["row"]))
    position = {column: number for number, column in enumerate(result.table.columns)}
    for entry in sorted(result.entries, key=lambda entry: position.get(entry.column, len(position))):
        for part, name in label(entry, datasets).items():
            order[part].setdefault(name, len(order[part]))
    return order


def _in_order(keys: Iterable[Key], parts: tuple[str, ...], order: Mapping[str, Mapping[str, int]]) -> tuple[Key, ...]:
    """Sort labels by the table's order of rows and columns, outermost part first."""
    return tuple(sorted(keys, key=lambda key: [order[part][name] for part, name in zip(parts, key, strict=True)]))
