"""Measured cells of earlier runs, read from the ``cells.csv`` of their tables without recomputing any key."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.specs.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class MeasuredCell:
    """A measured value of a table, as the run that printed the table left it."""

    plugin: str
    table: str
    row: str
    column: Column
    value: float
    published: float | None
    verdict: str
    protocol: str
    profile: str
    """Budget of the trainings."""
    seeds: int | None
    note: str


def cells_path(root: Path, plugin: str, table: str) -> Path:
    """Return the path of the measured cells of a table under the output folder `root`."""
    return root / plugin / f"table-{table}.cells.csv"


def read_cells(root: Path, plugin: str, table: str) -> dict[tuple[str, Column], MeasuredCell]:
    """Return the measured cells of a table by row label and column; empty if the table was never printed.

    Args:
        root: Output folder of the runs (``--out``).
        plugin: Name of the table's plugin.
        table: Identifier of the table.

    Raises:
        StoreError: if the file is not a ``cells.csv`` of srbench.
    """
    path = cells_path(root, plugin, table)
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            cells = list(_measured(csv.DictReader(file)))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"{path}: not the cells of a table ({type(error).__name__}); print the table again with srbench run"
        ) from error
    return {(cell.row, cell.column): cell for cell in cells}


def _measured(lines: Iterable[dict[str, str]]) -> Iterable[MeasuredCell]:
    for line in lines:
        if not line["measured"]:
            continue
        yield MeasuredCell(
            line["plugin"],
            line["table"],
            line["row"],
            Column(line["metric"], line["dataset"], float(line["scale"]) if line["scale"] else None),
            float(line["measured"]),
            float(line["published"]) if line["published"] else None,
            line["verdict"],
            line["protocol"],
            line["profile"],
            int(line["seeds"]) if line["seeds"] else None,
            line["note"],
        )
