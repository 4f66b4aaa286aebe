"""CPU seconds and memory that thousands of cells take: planned, stored, resumed and rendered.

    OMP_NUM_THREADS=1 python benchmarks/fleet/cells.py [--cells 10000,30000,100000] [--folder FOLDER] [--profile STEP]

The plugin is synthetic (`synthetic.py`), and nothing is measured: records are made up. Each number of cells runs in
processes of its own. The first plans an empty folder and stores a record for each cell, as a run does. The second opens
that folder without an index. The third opens it with the index that the second has left, plans again and renders what
is stored, as a run that is resumed does. Memory is the most that the process has held so far.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.catalog import Catalog
    from srbench.records.store import Store
    from srbench.report.tables import ReportedTable

PARTS = {"store": "a new folder", "first": "no index yet", "again": "resumed"}
WAIT = 3
"""Seconds after which the index remembers the last records, rounded up (`srbench.records.index`)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", default="10000,30000,100000")
    parser.add_argument("--folder", type=Path, help="where the records are written; left there")
    parser.add_argument("--profile", default="", help="print where the time of this step goes")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    counts = [int(count) for count in options.cells.split(",")]
    if options.part:
        Part(options.folder, options.profile).run(options.part, counts[0])
        return
    rows: dict[tuple[str, str, int], tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for count in counts:
            folder = (options.folder or Path(temporary)) / str(count)
            folder.mkdir(parents=True)
            for part in PARTS:
                for name, cpu, memory in in_a_process(part, count, folder, options.profile):
                    rows[part, name, count] = cpu, memory
    print("| process | step |", " | ".join(f"{count:,} cells" for count in counts), "|")
    print("| --- | --- |", " | ".join(["---:"] * len(counts)), "|")
    for part, name in dict.fromkeys((part, name) for part, name, _ in rows):
        cells = (rows[part, name, count] for count in counts)
        print(f"| {PARTS[part]} | {name} |", " | ".join(f"{cpu:.1f} s, {mb:,.0f} MB" for cpu, mb in cells), "|")


def in_a_process(part: str, count: int, folder: Path, profile: str) -> list[tuple[str, float, float]]:
    """Return the steps of a part: name, CPU seconds, most memory so far in MB."""
    command = [sys.executable, __file__, "--part", part, "--cells", str(count), "--folder", folder]
    environment = os.environ | {"SRBENCH_CACHE": str(folder / "cache")}
    done = subprocess.run([*command, "--profile", profile], env=environment, check=True, stdout=subprocess.PIPE)
    lines = done.stdout.decode().splitlines()
    print(f"{count:,} cells, {PARTS[part]}: {lines[-1]}", *lines[:-1], sep="\n", file=sys.stderr, flush=True)
    if part == "store":
        time.sleep(WAIT)
    return [tuple(row) for row in json.loads(lines[-1])]


class Part:
    """The steps of one process.

    Args:
        folder: Folder of the images, the results and the index.
        profiled: Name of the step to profile.
    """

    def __init__(self, folder: Path, profiled: str) -> None:
        self.folder = folder
        self._profiled = profiled
        self._steps: dict[str, list[float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the CPU time of the block to that of the step `name`, and note the memory at its end."""
        profile = cProfile.Profile() if self._profiled == name else None
        start = time.process_time()
        if profile:
            profile.enable()
        yield
        if profile:
            profile.disable()
            pstats.Stats(profile, stream=sys.stdout).sort_stats("cumtime").print_stats(40)
        taken = self._steps.setdefault(name, [0.0, 0.0])
        taken[0] += time.process_time() - start
        taken[1] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000

    def run(self, part: str, count: int) -> None:
        """Run a part for about `count` cells and print its steps as JSON."""
        import synthetic

        from srbench.records.store import Store

        sys.path.insert(0, str(self.folder))
        if part == "store":
            synthetic.write_images(self.folder / "data")
        store = Store(self.folder / "results")
        store.prepare()
        with self.step("catalog"):
            catalog = synthetic.catalog_of(round(count / synthetic.CELLS) or 1, self.folder)
        if part == "store":
            self.store(catalog, store)
        else:
            with self.step("open"):
                keys = [key for key, summary in store.summaries.items() if summary.status == "ok"]
                slots = len(store.by_slot)
            if len(keys) != len(catalog.plugin(synthetic.NAME).tables) * synthetic.CELLS or not slots:
                raise SystemExit(f"{len(keys)} records")
            if part == "again":
                self.render(catalog, store)
        print(json.dumps([[name, *figures] for name, figures in self._steps.items()]))

    def store(self, catalog: Catalog, store: Store) -> None:
        """Plan all tables, and store made-up records of all cells."""
        import synthetic

        from srbench.bench.events import RunEvents
        from srbench.records.recorder import Recorder

        for plan in self.plans(catalog, store):
            recorder = Recorder(RunEvents(), store, lambda _record: None)
            for job in plan.jobs:
                records = synthetic.made_up(job)
                with self.step("store"):
                    recorder.finished(job, records)

    def plans(self, catalog: Catalog, store: Store):
        """Yield the plans of all tables."""
        import synthetic

        from srbench.bench.planning.options import Options
        from srbench.bench.planning.plan import make_plan
        from srbench.bench.planning.selection import Selection

        options = Options(source="train", seeds=synthetic.SEEDS)
        roots = (self.folder / "data",)
        plugin = catalog.plugin(synthetic.NAME)
        for table in plugin.tables.values():
            with self.step("plan"):
                plan = make_plan(catalog, plugin, table, Selection(), options, roots, store, keep=True)
            yield plan

    def render(self, catalog: Catalog, store: Store) -> None:
        """Plan all tables again, and render them from the records."""
        import synthetic

        from srbench.bench.results.gather import gather
        from srbench.render.csv_tables import to_cells_csv
        from srbench.render.markdown import to_markdown
        from srbench.render.terminal.result import to_text
        from srbench.report.page import ReportContent, render_page
        from srbench.report.ranks.rank_tables import rank_tables
        from srbench.report.tables import ReportedEntry, ReportedTable

        tables: list[ReportedTable] = []
        for plan in self.plans(catalog, store):
            with self.step("gather"):
                result = gather(plan, plan.cached)
            if plan.jobs or len(result.measured) != len(plan.slots):
                raise SystemExit(f"{plan.table.id}: {len(plan.jobs)} jobs, {len(result.measured)} entries measured")
            for name, render in {"cells.csv": to_cells_csv, "Markdown": to_markdown, "terminal": to_text}.items():
                with self.step(name):
                    render(result)
            entries = zip(result.entries, plan.slots, strict=True)
            reported = tuple(ReportedEntry(entry, slot, plan.cached) for entry, slot in entries)
            tables.append(ReportedTable(catalog.plugin(synthetic.NAME), result, reported))
        with self.step("report"):
            render_page(ReportContent(tables, (), rank_tables(tables)), catalog)


if __name__ == "__main__":
    main()
