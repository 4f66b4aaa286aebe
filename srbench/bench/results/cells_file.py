"""Measured cells of earlier runs, read from the ``cells.csv`` of their tables without recomputing any key."""

from __future__ import annotations

import math
from dataclasses import dataclass
from glob import escape
from typing import TYPE_CHECKING, TypeVar

from srbench.bench.results.run_options import PAPER
from srbench.bench.results.verdict import Verdict
from srbench.errors import PluginError, StoreError
from srbench.escape import of_csv_field
from srbench.specs.table import Column
from srbench.storage.regular_file import require_regular_file
from srbench.storage.spreadsheet import read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

Value = TypeVar("Value")

SUFFIX = ".cells.csv"
"""Suffix of the files with the cells of a table."""
COLUMNS = ("row", "dataset", "scale", "metric")
"""Columns of every file with cells: they name the cell."""
EXACT = frozenset({"row", "dataset", "note"})
"""Columns whose texts may begin or end with spaces."""
NUMBERS = ("scale", "measured", "std", "ci_low", "ci_high", "published", "delta", "seeds", "seed_std", "n_images")
"""Columns whose texts are finite numbers, or empty."""
WHOLE = frozenset({"seeds", "n_images"})
"""Columns among `NUMBERS` whose numbers are whole."""
PARTIAL = ("@partial", "-partial")
"""Ends of the names of tables that lack cells which another file of the folder has."""
PATTERNS = (f"table-*{SUFFIX}", f"*/table-*{SUFFIX}")
"""Places of the files in an output folder, or in a plugin's folder in one."""


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


@dataclass(frozen=True)
class TablePrint:
    """Print of a table: the options of the run that printed it, and the cells that it had measured."""

    options: str
    """Options as a label (`options_label`); ``paper`` if the table was never printed."""
    measured: frozenset[tuple[str, Column]]
    """Row labels and columns of the measured cells."""


def cells_path(root: Path, plugin: str, table: str) -> Path:
    """Return the path of the measured cells of a table under the output folder `root`."""
    return root / plugin / f"table-{table}{SUFFIX}"


def read_cells(root: Path, plugin: str, table: str) -> dict[tuple[str, Column], MeasuredCell]:
    """Return the measured cells of a table by row label and column; empty if the table was never printed.

    Args:
        root: Output folder of the runs (``--out``).
        plugin: Name of the table's plugin.
        table: Identifier of the table.

    Raises:
        StoreError: if the file is not a ``cells.csv`` of srbench.
    """
    return _read(cells_path(root, plugin, table), _measured)


def read_unavailable(root: Path, plugin: str, table: str) -> dict[tuple[str, Column], str]:
    """Return the reasons of the cells that an earlier run could not measure, by row label and column.

    Arguments and errors are those of `read_cells`.
    """
    return _read(cells_path(root, plugin, table), _unavailable)


def read_prints(root: Path, plugin: str, table: str) -> list[TablePrint]:
    """Return the prints of a table: that of its main file first, then those of other options (``table-4@quick``).

    Without a main file the first has the options ``paper`` and no cells. Files that lack cells (``@partial``) are
    left out, and of several with the same options all but the first. Arguments and errors are those of `read_cells`.
    """
    first = cells_path(root, plugin, table)
    stem = first.name.removesuffix(SUFFIX)
    others = filter(_is_whole, sorted(first.parent.glob(f"{escape(stem)}@*{SUFFIX}")))
    by_options: dict[str, TablePrint] = {}
    for found in map(_read_print, others):
        by_options.setdefault(found.options, found)
    return [_read_print(first), *by_options.values()]


def missing_cells(root: Path, plugin: str, table: str) -> Path | None:
    """Return the path of a table's cells if they are gone, though the table's other files or prints are there.

    Arguments are those of `cells_path`.
    """
    path = cells_path(root, plugin, table)
    stem = path.name.removesuffix(SUFFIX)
    beside = [path.with_name(f"{stem}{suffix}") for suffix in (".md", ".csv", ".tex")]
    others = filter(_is_whole, path.parent.glob(f"{escape(stem)}@*{SUFFIX}"))
    return path if not path.is_file() and any(file.is_file() for file in (*beside, *others)) else None


def _read_print(path: Path) -> TablePrint:
    lines = _read(path, lambda line: (line["options"], bool(line["measured"])))
    options = next((options for options, _ in lines.values()), PAPER)
    if others := {other for other, _ in lines.values()} - {options}:
        raise StoreError(
            f"{path}: lines of runs with different options, {', '.join(sorted({options, *others}))}; print the table "
            "again with srbench run"
        )
    return TablePrint(options, frozenset(place for place, (_, measured) in lines.items() if measured))


def cell_lines(path: Path, where: str = "", needed: Sequence[str] = COLUMNS) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the lines of a ``cells.csv``: name of file and line, and the texts by column, as they were measured.

    Args:
        path: The file.
        where: Its name for messages; empty: its path.
        needed: Columns that it must have.

    Raises:
        StoreError: if it can't be read or is damaged; the message names the line.
    """
    where = where or str(path)
    require_regular_file(path, StoreError, where)
    try:
        for number, line in read_lines(path.read_bytes(), needed, where, exact=True):
            texts = {name: of_csv_field(text if name in EXACT else text.strip()) for name, text in line.items()}
            _check_numbers(texts, place := f"{where}, line {number}")
            yield place, texts
    except OSError as error:
        raise StoreError(
            f"{where}: can't be read ({error.strerror}); print the table again with srbench run"
        ) from error
    except PluginError as error:  # of `read_lines`, whose advice is for those who write such files
        problem = str(error).rpartition("; ")[0]
        raise StoreError(f"{problem}; print the table again with srbench run") from error


def _check_numbers(line: Mapping[str, str], where: str) -> None:
    """Check that the columns `NUMBERS` of a line hold finite numbers.

    Raises:
        StoreError: if one doesn't; the message names the column.
    """
    for name in NUMBERS:
        if (text := line.get(name, "")) and (fault := _fault_of_number(text, whole=name in WHOLE)):
            raise StoreError(f"{where}: column {name}: {text!r} is {fault}; print the table again with srbench run")


def _fault_of_number(text: str, *, whole: bool) -> str:
    """Return the fault of a text that should be a finite number, or a whole one: ``not finite``; empty without one."""
    try:
        value = float(text)
    except ValueError:
        return "not a number"
    if not math.isfinite(value):
        return "not finite"
    return "not a whole number" if whole and not value.is_integer() else ""


def _read(path: Path, parse: Callable[[dict[str, str]], Value | None]) -> dict[tuple[str, Column], Value]:
    """Return what `parse` returns for each line of a ``cells.csv``, by row label and column, leaving out None.

    Args:
        path: The file; a missing one has no lines.
        parse: Function of the texts of a line by column name.

    Raises:
        StoreError: if the file cannot be read or parsed.
    """
    values: dict[tuple[str, Column], Value] = {}
    if not path.is_file():
        return values
    for where, line in cell_lines(path):
        try:
            if (value := parse(line)) is not None:
                values[line["row"], _column(line)] = value
        except (KeyError, ValueError) as error:
            raise StoreError(
                f"{where}: not the cells of a table ({type(error).__name__}: {error}); print the table again with "
                "srbench run"
            ) from error
    return values


def _column(line: dict[str, str]) -> Column:
    return Column(line["metric"], line["dataset"], float(line["scale"]) if line["scale"] else None)


def _unavailable(line: dict[str, str]) -> str | None:
    return line["note"] if line["verdict"] == Verdict.UNAVAILABLE else None


def _measured(line: dict[str, str]) -> MeasuredCell | None:
    if not line["measured"]:
        return None
    return MeasuredCell(
        line["plugin"],
        line["table"],
        line["row"],
        _column(line),
        float(line["measured"]),
        float(line["published"]) if line["published"] else None,
        line["verdict"],
        line["protocol"],
        line["profile"],
        int(float(line["seeds"])) if line["seeds"] else None,  # a spreadsheet writes 3.0
        line["note"],
    )


def table_files(folder: Path) -> list[Path]:
    """Return the files with cells of an output folder, or of a plugin's folder in one, sorted by path.

    Tables that lack cells (``@partial``) are left out.
    """
    paths = sorted(path for pattern in PATTERNS for path in folder.glob(pattern))
    return list(filter(_is_whole, paths))


def _is_whole(path: Path) -> bool:
    return not path.name.removesuffix(SUFFIX).endswith(PARTIAL)
