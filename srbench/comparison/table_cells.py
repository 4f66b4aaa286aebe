"""The cells of all tables in an output folder, by their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.results.cells_file import SUFFIX, cell_lines, table_files
from srbench.bench.results.verdict import Verdict
from srbench.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NEEDED = ("plugin", "table", "row", "dataset", "scale", "metric", "measured", "published", "verdict")
"""Columns that every version of ``cells.csv`` has; others may be missing in files of older versions."""


@dataclass(frozen=True, order=True)
class Place:
    """Place of a cell: the plugin and its file, the row and the column."""

    plugin: str
    name: str
    """Name of the table's files, without suffix: ``table-4``, ``table-4@quick``."""
    table: str
    row: str
    dataset: str
    scale: float
    """The scale; 0 for a column without."""
    metric: str


@dataclass(frozen=True)
class TableCell:
    """A cell of a table as a run left it."""

    place: Place
    measured: float | None
    published: float | None
    verdict: Verdict
    protocol: str = ""
    profile: str = ""
    seeds: int | None = None
    n_images: int | None = None
    options: str = ""
    note: str = ""


def read_tables(folder: Path, name: str) -> dict[Place, TableCell]:
    """Return the cells of all tables in `folder`, in the order of the files.

    Args:
        folder: Output folder of ``srbench run``, or a plugin's folder in it.
        name: Name of the folder for messages.

    Raises:
        StoreError: if there is no table, or a file of a table is damaged; the message names file and line.
    """
    paths = table_files(folder)
    if not paths:
        raise StoreError(f"{name}: there is no table-*{SUFFIX} in it; name an output folder of srbench run")
    cells: dict[Place, TableCell] = {}
    for path in paths:
        for cell in read_table(path, f"{name}/{path.relative_to(folder)}"):
            cells.setdefault(cell.place, cell)  # of two rows with one label the paper's is the first
    return cells


def read_table(path: Path, where: str) -> Iterator[TableCell]:
    """Yield the cells of a ``cells.csv``.

    Args:
        path: The file.
        where: Its name for messages.

    Raises:
        StoreError: if it can't be read or is damaged; the message names the line.
    """
    for place, texts in cell_lines(path, where, NEEDED):
        yield _cell(path.name.removesuffix(SUFFIX), texts, place)


def _cell(name: str, line: Mapping[str, str], where: str) -> TableCell:
    try:
        verdict = Verdict(line["verdict"])
    except ValueError:
        known = "; ".join(Verdict)
        raise StoreError(f"{where}: unknown verdict {line['verdict']!r}; known: {known}") from None
    place = Place(
        line["plugin"],
        name,
        line["table"],
        line["row"],
        line["dataset"],
        _number(line, "scale") or 0.0,
        line["metric"],
    )
    return TableCell(
        place,
        _number(line, "measured"),
        _number(line, "published"),
        verdict,
        line.get("protocol", ""),
        line.get("profile", ""),
        _whole(line, "seeds"),
        _whole(line, "n_images"),
        line.get("options", ""),
        line.get("note", ""),
    )


def _number(line: Mapping[str, str], column: str) -> float | None:
    text = line.get(column, "")
    return float(text) if text else None


def _whole(line: Mapping[str, str], column: str) -> int | None:
    value = _number(line, column)
    return None if value is None else int(value)
