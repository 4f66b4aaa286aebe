"""Names of a table's files, chosen so that no run replaces a table by another kind of numbers or by a poorer one."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.bench.results.cells_file import COLUMNS, PARTIAL, SUFFIX, cell_lines
from srbench.errors import StoreError
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srbench.bench.results.table_result import Result
    from srbench.specs.table import Table

LONGEST = 100
"""Longest name of added columns, in characters; longer ones are cut, with a hash."""


def table_name(result: Result, of_paper: Table, out: Path) -> str:
    """Return the name of the files of `result`, without their suffixes.

    ``table-4`` is the table with the rows and columns of the paper, measured with the options of the first run that
    wrote it. Numbers of other options go to ``table-4@<options>``, added rows and columns to ``table-4@with-<names>``.

    Args:
        result: The whole table.
        of_paper: The paper's table, without added rows and columns.
        out: Output folder.
    """
    stem = f"table-{result.table.id}"
    added = _added(result.table, of_paper)
    cells = _cells(out / result.plugin / f"{stem}{SUFFIX}")
    parts = [part for part in (result.options if cells and not _same_options(cells, result) else "", added) if part]
    return "@".join([stem, *filter(None, ["-".join(parts)])])


def remove_partial(folder: Path, name: str) -> None:
    """Remove the files of a table that lacked cells, since those of `name` have them all.

    Args:
        folder: Folder of the plugin's tables.
        name: Name of the whole table's files, without suffix.
    """
    for path in folder.glob(f"{_partial(name)}.*"):
        path.unlink(missing_ok=True)


def _partial(name: str) -> str:
    behind_name, behind_options = PARTIAL
    return f"{name}{behind_options if '@' in name else behind_name}"


def spared_name(result: Result, name: str, out: Path) -> tuple[str, int]:
    """Return the name of the files of `result`, another one if those of `name` hold cells that `result` lacks.

    Args:
        result: The whole table.
        name: Name of the files (`table_name`).
        out: Output folder.

    Returns:
        The name, and the number of cells that `result` lacks.
    """
    present = {_place(line): line["measured"] for line in result.as_objects()}
    lacking = [
        line
        for line in _cells(out / result.plugin / f"{name}{SUFFIX}")
        if line.get("measured") and present.get(_place(line), "not in the table") is None
    ]
    return (_partial(name) if lacking else name), len(lacking)


def _cells(path: Path) -> list[dict[str, str]]:
    """Return the lines of an earlier ``cells.csv``; of a damaged one those before the fault, which name its options."""
    lines: list[dict[str, str]] = []
    with suppress(StoreError):
        for _, texts in cell_lines(path, needed=(*COLUMNS, "measured")):
            lines.append(texts)
    return lines


def _place(line: Mapping[str, object]) -> tuple[str, str, float | None, str]:
    scale = line["scale"]
    return str(line["row"]), str(line["dataset"]), float(str(scale)) if scale else None, str(line["metric"])


def _same_options(cells: Iterable[Mapping[str, str]], result: Result) -> bool:
    """Return whether an earlier table was measured with the options of `result`."""
    cells = list(cells)
    if "options" in cells[0]:
        return cells[0]["options"] == result.options
    # files of an older srbench do not name the options; the source of the weights is not known
    protocol = next((line["protocol"] for line in cells if line.get("protocol")), result.protocol)
    if protocol != result.protocol or cells[0].get("profile") != result.profile:
        return False
    trained = [line for line in cells if "trained here" in line.get("note", "")]
    seeds = {line.get("seeds") for line in trained if line.get("measured")}
    return not seeds or str(max(entry.seeds or 1 for entry in result.entries)) in seeds


def _added(table: Table, of_paper: Table) -> str:
    """Return ``with-<names>`` for the rows and columns that the paper's table lacks; empty if there are none."""
    printed = set(of_paper.columns)
    new = [column for column in table.columns if column not in printed]
    names = [
        *("reference" for _ in set(table.rows) - set(of_paper.rows)),
        *(_dataset(column.dataset) for column in new),
        *(f"x{column.scale:g}" if column.scale else "" for column in new),
        *(column.metric for column in new),
    ]
    if not names:
        return ""
    name = "with-" + "-".join(filter(None, dict.fromkeys(names)))
    name = re.sub(r"[^\w.+-]+", "_", name)
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}-{canonical_hash(name, 8)}"


def _dataset(name: str) -> str:
    """Return the name of a dataset; of a folder its last part, with a hash that tells folders of one name apart."""
    path = Path(name).expanduser()
    return f"{path.name}-{canonical_hash(str(path.resolve()), 6)}" if name and (path.is_dir() or "/" in name) else name
