"""Results as CSV: in the paper's layout, and in long form with one line per cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.results.table_result import FIELDS, Result, TableEntry
from srbench.escape import csv_text
from srbench.render.grid import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PARTS = ("measured", "published", "delta", "verdict")


def to_cells_csv(result: Result) -> str:
    """Return `result` as long CSV: one line per table entry, the columns `FIELDS`, numbers in full precision."""
    return objects_to_csv(result.as_objects())


def objects_to_csv(objects: Iterable[Mapping[str, object]]) -> str:
    """Return ``cells.csv`` for mappings with the keys `FIELDS`."""
    return csv_text(FIELDS, ([_plain(mapping[key]) for key in FIELDS] for mapping in objects))


def to_layout_csv(result: Result) -> str:
    """Return `result` as CSV in the paper's layout.

    Each column of the paper becomes four: measured, published, delta, verdict.
    """
    grid = lay_out(result)
    labels = grid.header()[len(grid.row_axes) :]
    header = [*grid.header()[: len(grid.row_axes)], *(f"{label} {part}" for label in labels for part in PARTS)]
    rows = []
    for line in grid.lines:
        cells = (grid.entries.get((line, column)) for column in grid.columns)
        rows.append([*line, *(part for cell in cells for part in _four(cell))])
    return csv_text(header, rows)


def _four(entry: TableEntry | None) -> list[object]:
    if entry is None:
        return [""] * len(PARTS)
    published = entry.published.value if entry.published else None
    return [_plain(entry.measured), _plain(published), _plain(entry.delta), str(entry.verdict)]


def _plain(value: object) -> object:
    """Return `value` for CSV: None as an empty string, and whole floats without a decimal point."""
    if value is None:
        return ""
    return int(value) if isinstance(value, float) and value.is_integer() else value
