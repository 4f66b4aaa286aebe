"""Lists of claims beside the records of an output folder, as CSV files: those asked post hoc, and earlier answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import PluginError, StoreError
from srbench.storage.regular_file import require_regular_file
from srbench.storage.spreadsheet import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from srbench.specs.table import Claim

PLACE = ("plugin", "table", "claim", "metric", "dataset", "scale")
"""Columns that name a claim."""
Place = tuple[str, ...]
"""Plugin, table, words, metric, dataset and scale of a claim, as texts."""


def place_of(plugin: str, table: str, claim: Claim) -> Place:
    """Return the texts under `PLACE` that name a claim.

    Args:
        plugin: Name of its plugin.
        table: Identifier of its table.
        claim: The claim.
    """
    column = claim.column
    return plugin, table, claim.text, column.metric, column.dataset, _text(column.scale)


def read_claims(file: Path, more: tuple[str, ...] = ()) -> Iterator[tuple[str, Place, dict[str, str]]]:
    """Yield name of file and line, place and fields of the claims in a CSV file; nothing if there is no such file.

    Args:
        file: The file.
        more: Columns that it has beside `PLACE`.

    Raises:
        StoreError: if it is no file, is damaged, or names a claim twice; the message names the line.
    """
    if not file.exists() and not file.is_symlink():
        return
    require_regular_file(file, StoreError, str(file))
    seen: dict[Place, int] = {}
    try:
        for number, fields in read_lines(file.read_bytes(), (*PLACE, *more), str(file)):
            where = f"{file}, line {number}"
            place = (*(fields[name] for name in PLACE[:-1]), _text(_scale(fields["scale"], where)))
            if seen.setdefault(place, number) != number:
                raise StoreError(f"{where}: the claim of line {seen[place]} again; leave out one of the two")
            yield where, place, fields
    except PluginError as error:  # of `read_lines`, since most CSV files are those of plugins
        raise StoreError(str(error)) from error


def _text(scale: float | None) -> str:
    return f"{scale:g}" if scale else ""


def _scale(text: str, where: str) -> float | None:
    """Return the scale of a column; None for a column without one."""
    try:
        return float(text) if text else None
    except ValueError:
        raise StoreError(f"{where}: scale {text!r} is not a number; write 4 or 1.5") from None
