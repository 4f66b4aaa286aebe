"""A table's printed numbers, from an author's CSV file or for the template's example."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import UsageError
from srbench.published import COLUMNS
from srbench.storage.spreadsheet import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EXAMPLE = {2: "32.18", 3: "29.65", 4: "28.31", 8: "25.51"}
"""PSNR in dB of bicubic interpolation (PyTorch) on the demo photographs by scale, measured by ``srbench eval``."""
NOTE = "measured by srbench for the template, printed nowhere; put the paper's numbers in its place"
NEEDED = ("row", "metric", "value")


@dataclass(frozen=True)
class Printed:
    """The printed numbers of a table: what goes to published.csv, and the rows and columns in their order."""

    table: str
    lines: tuple[dict[str, str], ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """Labels of the rows, in the order of the file."""
        return tuple(dict.fromkeys(line["row"] for line in self.lines))

    @property
    def columns(self) -> tuple[tuple[str, str, str], ...]:
        """Columns as (metric, dataset, scale), in the order of the file."""
        return tuple(dict.fromkeys((line["metric"], line["dataset"], line["scale"]) for line in self.lines))

    def as_csv(self) -> str:
        """Return the content of published.csv."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.lines)
        return text.getvalue()


def example(scales: Iterable[int]) -> Printed:
    """Return the example of the template at `scales`."""
    empty = dict.fromkeys(COLUMNS, "")
    return Printed(
        "1",
        tuple(
            {**empty, "table": "1", "row": "Bicubic", "dataset": "demo", "scale": str(scale), "metric": "psnr"}
            | {"value": EXAMPLE[scale], "note": NOTE}
            for scale in scales
        ),
    )


def read_printed(path: Path) -> Printed:
    """Return the printed numbers of a CSV file with the columns row, metric and value, and any of the others.

    Raises:
        UsageError: if the file can't be read, lacks a column, or has no number, or numbers of several tables.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: can't be read ({error.strerror}); name a CSV file of printed numbers") from error
    try:
        found = [line for _, line in read_lines(data, NEEDED, str(path))]
    except Exception as error:
        raise UsageError(f"{error}") from error
    lines = tuple({name: line.get(name) or "" for name in COLUMNS} for line in found if line["value"])
    tables = {line["table"] or "1" for line in lines}
    if not lines or len(tables) > 1:
        what = f"has the tables {', '.join(sorted(tables))}; split it" if lines else "has no number; fill in `value`"
        raise UsageError(f"{path}: {what}")
    (table,) = tables
    return Printed(table, tuple({**line, "table": table} for line in lines))
