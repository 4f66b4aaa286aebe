"""CPU seconds that planning, gathering and rendering of a table take, by its number of cells.

    python benchmarks/planning.py [--cells 1500,6000,24000,90000] [--shape square|rows|columns] [--profile]

The tables are synthetic: bicubic in every row, datasets that are not there, one published value a cell, and one claim a
row, so that nothing is measured. Each row of the output is a table twice: without any record, and with a record for
every cell (made up, in a temporary folder).
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
import types
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import srbench
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import Plan, make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.gather import gather
from srbench.catalog import Catalog
from srbench.cli.dry_run.plans import print_cells
from srbench.records.record import Record
from srbench.records.store import Store
from srbench.registry import Plugin
from srbench.render.csv_tables import to_cells_csv, to_layout_csv
from srbench.render.latex import to_latex
from srbench.render.markdown import to_markdown
from srbench.render.terminal.result import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHAPES = ("square", "rows", "columns")
"""As many rows as columns, rows of one column, or columns of one row."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", default="1500,6000,24000,90000")
    parser.add_argument("--shape", choices=SHAPES, default="square")
    parser.add_argument("--profile", action="store_true", help="print where the time of the last table goes")
    options = parser.parse_args()
    counts = [int(count) for count in options.cells.split(",")]
    print(f"{'cells':>7} {'records':>8} " + " ".join(f"{name:>8}" for name in (*STEPS, "all")), flush=True)
    for count in counts:
        for recorded in (False, True):
            profile = cProfile.Profile() if options.profile and count == counts[-1] else None
            with tempfile.TemporaryDirectory() as folder:
                seconds = measured(count, options.shape, Path(folder), profile, recorded=recorded)
            cells = " ".join(f"{seconds[name]:8.2f}" for name in STEPS)
            print(f"{count:>7} {'all' if recorded else 'none':>8} {cells} {sum(seconds.values()):8.2f}", flush=True)
            if profile:
                pstats.Stats(profile).sort_stats("tottime").print_stats(30)


def synthetic(count: int, shape: str, folder: Path) -> srbench.Table:
    """Return a table of about `count` cells, whose published values are written into `folder`."""
    wide = {"square": max(1, round(count**0.5)), "rows": 1, "columns": count}[shape]
    rows = tuple(
        srbench.Row(f"row {number}", method="bicubic", group=f"group {number // 50}")
        for number in range(max(1, count // wide))
    )
    datasets = tuple(f"absent-{number}" for number in range(max(1, wide // 2)))
    table_columns = srbench.columns(("psnr", "ssim"), datasets, 4.0)[:wide]
    lines = ["table,row,dataset,scale,metric,value,std,rank,note"]
    for number, row in enumerate(rows):
        lines += [
            f"1,{row.label},{column.dataset},4,{column.metric},{20 + number / 100 + place / 10000:.2f},,,"
            for place, column in enumerate(table_columns)
        ]
    package = folder / "synthetic_table"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "published.csv").write_text("\n".join(lines), encoding="utf-8")
    claims = tuple(srbench.Claim("is better", row.label, rows[0].label, table_columns[0]) for row in rows[1:] or rows)
    return srbench.Table(
        "1", "Synthetic", rows, table_columns, published="synthetic_table:published.csv", claims=claims
    )


def catalog_with(table: srbench.Table) -> Catalog:
    """Return srbench's catalog with a plugin of that table, and a dataset for each of its columns."""
    from srbench import builtin

    module = types.SimpleNamespace(
        __doc__="A synthetic table.",
        srbench_models=srbench.hookimpl(lambda: [srbench.ModelSpec("net", "torch.nn:Identity")]),
        srbench_methods=srbench.hookimpl(lambda: [srbench.MethodSpec("bicubic", "net")]),
        srbench_datasets=srbench.hookimpl(
            lambda: [srbench.DatasetSpec(name) for name in dict.fromkeys(column.dataset for column in table.columns)]
        ),
        srbench_tables=srbench.hookimpl(lambda: [table]),
    )
    catalog = Catalog()
    catalog.register(Plugin("builtin"), builtin)
    catalog.register(Plugin("synthetic"), module)
    if error := catalog.plugins["synthetic"].error:
        raise SystemExit(error)
    return catalog


def with_records(plan: Plan) -> dict[str, Record]:
    """Return a made-up record by key for every cell of the plan."""
    cells = [cell for slot in plan.slots for cell in slot.wanted_cells]
    return {cell.key: Record(cell, "ok", {"a": 30.0, "b": 31.0}, 30.5) for cell in cells}


def measured(
    count: int, shape: str, folder: Path, profile: cProfile.Profile | None, *, recorded: bool
) -> dict[str, float]:
    """Return the CPU seconds of each step by its name."""
    seconds = dict.fromkeys(STEPS, 0.0)

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        if profile:
            profile.enable()
        start = time.process_time()
        yield
        seconds[step] = time.process_time() - start
        if profile:
            profile.disable()

    table = synthetic(count, shape, folder)
    sys.path.insert(0, str(folder))
    sys.modules.pop("synthetic_table", None)
    store = Store(folder / "out")
    if recorded:
        for name in dict.fromkeys(column.dataset for column in table.columns):
            (folder / "root" / name).mkdir(parents=True)
            (folder / "root" / name / "a.png").symlink_to(PICTURE)
    with timed("catalog"):
        catalog = catalog_with(table)
    plugin = catalog.plugin("synthetic")
    with timed("plan"):
        roots = (folder / "root",)
        plan = make_plan(catalog, plugin, table, Selection(), Options(), roots, store, keep=True, hash_files=False)
    records = with_records(plan) if recorded else {}
    with timed("gather"):
        result = gather(plan, records)
    for step, render in RENDERERS.items():
        with timed(step):
            render(result)
    with timed("dry run"), tempfile.TemporaryFile("w", encoding="utf-8") as out:
        stdout, sys.stdout = sys.stdout, out
        try:
            print_cells([plan])
        finally:
            sys.stdout = stdout
    sys.path.remove(str(folder))
    return seconds


RENDERERS: dict[str, Callable[[srbench.TableResult], str]] = {
    "text": to_text,
    "markdown": to_markdown,
    "csv": to_layout_csv,
    "cells": to_cells_csv,
    "latex": to_latex,
}
STEPS = ("catalog", "plan", "gather", *RENDERERS, "dry run")
PICTURE = Path(__file__)


if __name__ == "__main__":
    main()
