"""A table's printed numbers, from an author's CSV file or for the template's example."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError, UnknownName, UsageError, one_line
from srbench.published import COLUMNS, tables_of
from srbench.storage.spreadsheet import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.registry import Registry

EXAMPLE = {2: "32.18", 3: "29.65", 4: "28.31", 8: "25.51"}
"""PSNR in dB of bicubic interpolation (PyTorch) on the demo photographs by scale, measured by ``srbench eval``."""
NOTE = "measured by srbench for the template, printed nowhere; put the paper's numbers in its place"
NEEDED = ("row", "metric", "value")
_SIGN = re.compile(r"^[xX×]\s*|\s*[xX×]$")


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

    @property
    def scales(self) -> tuple[float, ...]:
        """Scales, from the smallest."""
        return tuple(sorted({float(line["scale"]) for line in self.lines if line["scale"]}))

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
        UsageError: if the file can't be read, lacks a column, or has no number, numbers of several tables, or a line
            that published.csv can't hold.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: can't be read ({error.strerror}); name a CSV file of printed numbers") from error
    try:
        found = [(number, _completed(line)) for number, line in read_lines(data, NEEDED, str(path))]
        tables_of(found, str(path))
    except PluginError as error:
        raise UsageError(f"{error}") from error
    for number, line in found:
        if lacking := next((name for name in ("row", "metric") if line["value"] and not line[name]), ""):
            raise UsageError(f"{path}, line {number}: has a value and no {lacking}; fill in `{lacking}`")
    lines = tuple(line for _, line in found if line["value"])
    tables = {line["table"] for line in lines}
    if not lines or len(tables) > 1:
        what = f"has the tables {', '.join(sorted(tables))}; split it" if lines else "has no number; fill in `value`"
        raise UsageError(f"{path}: {what}")
    return Printed(tables.pop(), lines)


def unknown_names(printed: Printed, catalog: Catalog) -> Iterator[str]:
    """Yield a remark on each metric and dataset of printed numbers that no installed plugin registers."""
    for kind, number in (("metric", 0), ("dataset", 1)):
        registry: Registry[Any] = getattr(catalog, f"{kind}s")
        for name in dict.fromkeys(column[number] for column in printed.columns if column[number]):
            try:
                registry.get(name.partition("#")[0].partition("/")[0])
            except UnknownName as error:
                yield f"{one_line(error)}; correct it, or register it in the plugin: until then `references` fails"


def _completed(line: Mapping[str, str]) -> dict[str, str]:
    """Return a line with all columns; the table is 1 where none is named, and a scale ``x4`` is 4."""
    full = {name: line.get(name) or "" for name in COLUMNS}
    return full | {"table": full["table"] or "1", "scale": _SIGN.sub("", full["scale"])}
