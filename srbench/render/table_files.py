"""Files of a measured table: ``<out>/<plugin>/table-<id>.{md,csv,tex,cells.csv}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.render.csv_tables import to_cells_csv, to_layout_csv
from srbench.render.latex import to_latex
from srbench.render.markdown import to_markdown
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.results.table_result import Result

FORMATS = {".md": to_markdown, ".csv": to_layout_csv, ".tex": to_latex, ".cells.csv": to_cells_csv}


def write_files(result: Result, out: Path) -> list[Path]:
    """Write `result` under `out` in all formats, each file atomically, and return the paths."""
    paths = []
    for suffix, render in FORMATS.items():
        path = out / result.plugin / f"table-{result.table.id}{suffix}"
        write_atomically(path, render(result))
        paths.append(path)
    return paths
