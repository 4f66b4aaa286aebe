"""Where the main process becomes the bottleneck: a simulation of up to thousands of workers with measured times.

    OMP_NUM_THREADS=1 python benchmarks/fleet/workers.py [--results results] [--folder FOLDER] [--overhead MS]

Measured are the times of tasks (passes over a dataset, from the records of `--results`) and what a finished task of
four cells costs the main process: `Recorder.finished`, which stores its records. What an executor adds to a task there
is given with `--overhead`. In the simulation a worker that is done waits until the main process has handled its
task, one after the other in the order of their ends, and then begins the next. Tasks are drawn from the measured times.
"""

from __future__ import annotations

import argparse
import heapq
import random
import tempfile
import time
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import TYPE_CHECKING

from synthetic import NAME, SEEDS, catalog_of, made_up, write_images

if TYPE_CHECKING:
    from collections.abc import Sequence

WORKERS = (1, 10, 100, 300, 1000, 3000, 10_000)
FASTER = (1, 10, 100)
"""How much faster than the measured ones the simulated tasks are: a GPU in place of a core."""
TASKS, EACH = 20_000, 100
"""Number of simulated tasks: at least so many, and so many a worker."""
MEASURED = 400
"""Number of finished tasks whose cost is measured."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=Path(__file__).parents[2] / "results")
    parser.add_argument("--folder", type=Path, help="parent of the folder that records are stored in")
    parser.add_argument("--overhead", type=float, default=0.0, help="ms a task that the executor adds")
    options = parser.parse_args()
    times = task_times(options.results)
    deciles = quantiles(times, n=10)
    print(
        f"{len(times)} measured tasks: mean {fmean(times):.2f} s, median {median(times):.2f} s, "
        f"a tenth under {deciles[0]:.3f} s, a tenth over {deciles[-1]:.1f} s"
    )
    cpu, walls = recording_cost(options.folder)
    wall = median(walls)
    print(
        f"a finished task of 4 cells costs the main process {1000 * cpu:.1f} ms of CPU; "
        f"on the clock {1000 * wall:.1f} ms (median; fastest tenth {1000 * quantiles(walls, n=10)[0]:.1f} ms)\n"
    )
    print("| main process, ms a task | tasks a second at most | tasks |", " | ".join(f"{n:,}" for n in WORKERS), "|")
    print("| ---: | ---: | --- |", " | ".join(["---:"] * len(WORKERS)), "|")
    for cost in (cpu + options.overhead / 1000, wall + options.overhead / 1000):
        for factor in FASTER:
            faster = [seconds / factor for seconds in times]
            cells = []
            for workers in WORKERS:
                rate, busy = simulate(faster, workers, cost)
                cells.append(f"{rate:.3g}/s, {100 * busy:.0f} %")
            kind = "measured" if factor == 1 else f"{factor} x faster"
            print(f"| {1000 * cost:.1f} | {1 / cost:.0f} | {kind} |", " | ".join(cells), "|", flush=True)


def task_times(results: Path) -> list[float]:
    """Return the seconds of each measured pass over a dataset, once for all cells that it measured."""
    from srbench.records.store import Store

    passes = {}
    for records in results.rglob("records"):
        for key, summary in Store(records.parent).summaries.items():
            if summary.status == "ok" and summary.dataset and summary.seconds:
                cell = summary.cell(key)
                place = (cell.method, cell.dataset, cell.scale, cell.protocol, cell.profile, cell.seed)
                passes[records, place, summary.seconds] = summary.seconds
    return sorted(passes.values())


def recording_cost(parent: Path | None) -> tuple[float, list[float]]:
    """Return the mean CPU seconds, and the seconds on the clock, of handling a finished task in the main process.

    Args:
        parent: Folder in which the records are stored for the moment; None: that of temporary files.
    """
    import sys

    from srbench.bench.events import RunEvents
    from srbench.bench.planning.options import Options
    from srbench.bench.planning.plan import make_plan
    from srbench.bench.planning.selection import Selection
    from srbench.records.recorder import Recorder
    from srbench.records.store import Store

    with tempfile.TemporaryDirectory(dir=parent) as temporary:
        folder = Path(temporary)
        sys.path.insert(0, temporary)
        write_images(folder / "data")
        catalog = catalog_of(1, folder)
        plugin = catalog.plugin(NAME)
        store = Store(folder / "results")
        store.prepare()
        options = Options(source="train", seeds=SEEDS)
        plan = make_plan(catalog, plugin, plugin.table("0"), Selection(), options, (folder / "data",), store)
        recorder = Recorder(RunEvents(), store, lambda _record: None)
        finished = [(job, made_up(job)) for job in random.Random(0).sample(plan.jobs, MEASURED)]  # noqa: S311
        walls = []
        cpu = time.process_time()
        for job, records in finished:
            start = time.perf_counter()
            recorder.finished(job, records)
            walls.append(time.perf_counter() - start)
        return (time.process_time() - cpu) / MEASURED, walls


def simulate(times: Sequence[float], workers: int, cost: float) -> tuple[float, float]:
    """Return the tasks a second, and the share of time in which workers work, in the second half of a simulated run.

    Args:
        times: Seconds that tasks take, from which those of the run are drawn.
        workers: Number of workers.
        cost: Seconds that the main process needs for a finished task before the worker gets the next.
    """
    number = max(TASKS, EACH * workers)
    drawn = random.Random(0).choices(times, k=number)  # noqa: S311 - the same in each run
    now, half = 0.0, 0.0
    ends: list[float] = []
    for place, seconds in enumerate(drawn):
        if len(ends) == workers:
            now = max(now, heapq.heappop(ends)) + cost
        heapq.heappush(ends, now + seconds)
        if place == number // 2:
            half = now
    rate = (number - number // 2) / (now - half)
    return rate, min(1.0, rate * fmean(drawn[number // 2 :]) / workers)


if __name__ == "__main__":
    main()
