"""Results as CSV: in the paper's layout, and in long form with one line per cell."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from srbench.bench.results.table_result import FIELDS, Result, TableEntry
from srbench.escape import csv_field
from srbench.render.grid import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PARTS = ("measured", "published", "delta", "verdict")


def to_cells_csv(result: Result) -> str:
    """Return `result` as long CSV: one line per table entry, the columns `FIELDS`, numbers in full precision."""
    return objects_to_csv(result.as_objects())


def objects_to_csv(objects: Iterable[Mapping[str, object]]) -> str:
    """Return ``cells.csv`` for mappings with the keys `FIELDS`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    for mapping in objects:
        writer.writerow({key: csv_field(_plain(mapping[key])) for key in FIELDS})
    return text.getvalue()


def to_layout_csv(result: Result) -> str:
    """Return `result` as CSV in the paper's layout.

    Each column of the paper becomes four: measured, published, delta, verdict.
    """
    grid = lay_out(result)
    labels = grid.header()[len(grid.row_axes) :]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = [*grid.header()[: len(grid.row_axes)], *(f"{label} {part}" for label in labels for part in PARTS)]
    writer.writerow(map(csv_field, header))
    for line in grid.lines:
        cells = (grid.entries.get((line, column)) for column in grid.columns)
        writer.writerow([*map(csv_field, line), *(part for cell in cells for part in _four(cell))])
    return text.getvalue()


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
