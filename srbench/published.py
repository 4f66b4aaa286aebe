"""Published values of a paper's tables, read from the CSV file that its plugin ships."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from srbench.errors import PluginError
from srbench.specs.table import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

LETTERS = {"K": 1e3, "M": 1e6, "G": 1e9}
"""Size of each unit letter."""
_WITH_LETTER = re.compile(r"([\d.,]+)\s*([KMG])")
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
        return len(self.text.partition(".")[2])

    @property
    def unit(self) -> float:
        """One unit of the last printed digit: 0.01 for ``28.50``, 100,000 for ``0.4M``."""
        match = _WITH_LETTER.fullmatch(self.printed)
        number, letter = match.groups() if match else (self.text, "")
        return LETTERS.get(letter, 1.0) * 10.0 ** -len(number.partition(".")[2])

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
    decimals = len(number.partition(".")[2]) + more
    value = measured / LETTERS[unit]
    if cut:
        value = math.floor(value * 10**decimals) / 10**decimals
    return f"{value:.{decimals}f}{unit}"


@cache
def published_table(source: str, table_id: str) -> PublishedTable:
    """Return the published values of table `table_id` from ``"package:file.csv"`` (`Table.published`).

    Raises:
        PluginError: if the file is missing or a value is not a number.
    """
    return PublishedTable(dict(_rows(source, table_id)))


def _rows(source: str, table_id: str) -> Iterable[tuple[tuple[str, Column], Published]]:
    package, _, file = source.partition(":")
    try:
        text = files(package).joinpath(file).read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError) as error:
        raise PluginError(f"published values {source}: {error}") from error
    for number, line in enumerate(csv.DictReader(text.splitlines()), start=2):
        if line["table"] != table_id or not line["value"]:
            continue
        try:
            scale = float(line["scale"]) if line["scale"] else None
            column = Column(line["metric"], line["dataset"], scale)
            value = Published(line["value"], float(line["value"]), line["std"], line["rank"], line["note"])
        except ValueError as error:
            raise PluginError(f"published values {source}, line {number}: {error}") from error
        yield (line["row"], column), value
