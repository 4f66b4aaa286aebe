"""Published values of a paper's tables, read from the CSV file that its plugin ships."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from srbench.errors import PluginError
from srbench.specs.table import Column
from srbench.storage.spreadsheet import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LETTERS = {"K": 1e3, "M": 1e6, "G": 1e9}
"""Size of each unit letter."""
_WITH_LETTER = re.compile(r"([\d.,]+)\s*([KMG])")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
COLUMNS = ("table", "row", "dataset", "scale", "metric", "value", "std", "rank", "note")
"""Columns of a file of published values, in any order; further ones are ignored."""
_PRINTED = re.compile(r'printed "([\d.,]+ ?[KMG])"')


@dataclass(frozen=True)
class Published:
    """One published value; `text` keeps the digits as printed (``28.50``), which a float would lose."""

    text: str
    value: float
    std: str = ""
    rank: str = ""
    note: str = ""

    @property
    def printed(self) -> str:
        """Value as printed in the paper: ``0.4M`` if the note gives it and the CSV file holds 400000, else `text`."""
        match = _PRINTED.search(self.note)
        return match.group(1) if match else self.text

    @property
    def decimals(self) -> int:
        """Number of digits after the decimal point as printed."""
        return _decimals(self.text)

    @property
    def unit(self) -> float:
        """One unit of the last printed digit: 0.01 for ``28.50``, 100,000 for ``0.4M``."""
        match = _WITH_LETTER.fullmatch(self.printed)
        number, letter = match.groups() if match else (self.text, "")
        return LETTERS.get(letter, 1.0) * 10.0 ** -_decimals(number)

    def agrees_in_print(self, measured: float) -> bool:
        """Return whether `measured` reads the same as this value in the paper's number format.

        For values with a unit letter (963K), both rounding and truncation are accepted, since papers use either.
        """
        printed = self.printed.replace(",", "")
        return printed in {as_printed(measured, self), as_printed(measured, self, cut=True)}


@dataclass(frozen=True)
class PublishedTable:
    """All published values of one table, by row label and column."""

    values: dict[tuple[str, Column], Published]

    def get(self, row: str, column: Column) -> Published | None:
        """Return the published value of the row with label `row` in `column`; None without one."""
        return self.values.get((row, column))


def as_printed(measured: float, published: Published, *, more: int = 0, cut: bool = False) -> str:
    """Return `measured` in the number format of a published value: its unit letter (K, M, G) and decimals.

    Args:
        measured: The value to format.
        published: The published value with the format.
        more: Number of additional decimals.
        cut: Whether to truncate a number with a unit letter instead of rounding it.
    """
    match = _WITH_LETTER.fullmatch(published.printed)
    if match is None:
        return f"{measured:.{published.decimals + more}f}"
    number, unit = match.groups()
    decimals = _decimals(number) + more
    value = measured / LETTERS[unit]
    if cut:
        value = math.floor(value * 10**decimals) / 10**decimals
    return f"{value:.{decimals}f}{unit}"


def _decimals(number: str) -> int:
    """Return the number of digits after the decimal point."""
    return len(number.partition(".")[2])


def published_table(source: str, table_id: str) -> PublishedTable:
    """Return the published values of table `table_id` from ``"package:file.csv"`` (`Table.published`).

    A table without a file has none.

    Raises:
        PluginError: if the file is missing or damaged; the message names the file and the line.
    """
    return (_tables(source).get(table_id) if source else None) or PublishedTable({})


def printed_tables(source: str) -> Mapping[str, PublishedTable]:
    """Return the published values of all tables of ``"package:file.csv"`` by the table's id.

    The error is that of `published_table`.
    """
    return _tables(source)


@cache
def _tables(source: str) -> dict[str, PublishedTable]:
    """Return all tables of a file by their id."""
    package, _, file = source.partition(":")
    try:
        path = files(package).joinpath(file)
        data = path.read_bytes()
    except (OSError, ImportError, TypeError, ValueError) as error:
        raise PluginError(
            f"published values {source}: can't be read ({error}); ship the file in the package"
        ) from error
    return tables_of(read_lines(data, COLUMNS, str(path)), str(path))


def tables_of(lines: Iterable[tuple[int, Mapping[str, str]]], path: str) -> dict[str, PublishedTable]:
    """Return all tables of the numbered lines of a file by their id; lines without a value are left out.

    Args:
        lines: Number and fields of each line.
        path: Path of the file, for messages.

    Raises:
        PluginError: if a field is no number of its kind, or a value occurs twice; the message names the line.
    """
    tables: dict[str, dict[tuple[str, Column], Published]] = {}
    line_of: dict[tuple[str, str, Column], int] = {}
    for number, line in lines:
        if not line["value"]:
            continue
        where = f"{path}, line {number}"
        column = Column(line["metric"], line["dataset"], _scale(line["scale"], where))
        _check_rank_and_std(line, where)
        place = (line["table"], line["row"], column)
        if earlier := line_of.get(place):
            raise PluginError(f"{where}: the value of line {earlier} again, for {line['row']}; leave out one of them")
        line_of[place] = number
        value = Published(line["value"], _value(line["value"], where), line["std"], line["rank"], line["note"])
        tables.setdefault(line["table"], {})[line["row"], column] = value
    return {table_id: PublishedTable(values) for table_id, values in tables.items()}


def _value(text: str, where: str) -> float:
    """Return a published value, whose decimals say how exactly it is printed."""
    value = _number(text, "value", where)
    if "e" in text.lower():
        raise PluginError(f"{where}: value is {text!r}, with an exponent; write all its digits, as many as are printed")
    return value


def _number(text: str, name: str, where: str) -> float:
    """Return the number that `text` is in a paper's plain notation: digits, a point, perhaps an exponent."""
    if _NUMBER.fullmatch(text) and math.isfinite(value := float(text)):
        return value
    hint = f"write {text.replace(',', '.')}" if _DECIMAL_COMMA.fullmatch(text) else "write digits with a decimal point"
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    raise PluginError(f"{where}: {name} is {shown!r}, not a finite number; {hint}")


def _scale(text: str, where: str) -> float | None:
    if not text:
        return None
    scale = _number(text, "scale", where)
    if scale < 1:
        raise PluginError(f"{where}: scale is {text}; give 1 or more, or leave it empty")
    return scale


def _check_rank_and_std(line: Mapping[str, str], where: str) -> None:
    if line["std"] and _number(line["std"], "std", where) < 0:
        raise PluginError(f"{where}: std is {line['std']}; a deviation can't be below 0")
    if line["rank"] and not (line["rank"].isascii() and line["rank"].isdigit()):
        raise PluginError(f"{where}: rank is {line['rank']!r}; give a whole number or leave it empty")
