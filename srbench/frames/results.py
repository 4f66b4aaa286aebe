"""The entries of all measured tables of an output folder as one data frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.bench.results.cells_file import cell_lines, table_files
from srbench.errors import StoreError
from srbench.frames.columns import RESULTS, data_frame, parse

if TYPE_CHECKING:
    import pandas as pd


def read_results(folder: str | Path = "results", *, every_table: bool = False) -> pd.DataFrame:
    """Return all entries of the measured tables in an output folder, one line per printed or measured number.

    The columns are those of ``table-*.cells.csv`` (docs/data-frames.md). Numbers are ``Float64`` or ``Int64`` with
    ``<NA>`` where there is none; texts are ``string`` and empty where there is none, e.g. `dataset` for the cost of a
    model; `verdict` is a ``category`` of all verdicts.

    Tables with a name of their own (``table-4@quick``), which repeat cells with other options, are left out unless
    `every_table` is set; their column `options` and the added rows and columns tell them apart. Tables that lack cells
    which another file has (``table-4@partial``) are never read.

    Args:
        folder: Output folder of ``srbench run``, or a plugin's folder in it.
        every_table: Whether tables with a name of their own are read too.

    Raises:
        StoreError: if there is no such folder, no table in it, or a damaged file.
    """
    folder = existing_folder(folder)
    paths = [path for path in table_files(folder) if every_table or "@" not in path.name]
    if not paths:
        raise StoreError(f"{folder}: there is no table-*.cells.csv in it; name the output folder of srbench run")
    lines = (line for path in paths for line in cell_lines(path, needed=tuple(RESULTS)))
    return data_frame((_parsed(texts, where) for where, texts in lines), RESULTS)


def existing_folder(folder: str | Path) -> Path:
    """Return `folder` as a path.

    Raises:
        StoreError: if it is not a folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StoreError(f"{folder}: not a folder; name the output folder of srbench run")
    return folder


def _parsed(texts: dict[str, str], where: str) -> dict[str, Any]:
    values = {}
    for name, kind in RESULTS.items():
        try:
            values[name] = parse(texts[name], kind)
        except ValueError as error:
            raise StoreError(f"{where}: column {name}: {error}; print the table again") from error
    return values
