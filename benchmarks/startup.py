"""CPU seconds and wall-clock time of the start of `srbench --help`, `list` and `show` beside a bare click's.

Usage: python benchmarks/startup.py [COMMAND], where COMMAND starts srbench (default: this Python with `-m srbench`).
The contenders take turns. "First" is a start whose output is not cached yet (a cache folder of its own), "again" a
later one. Ratios are of medians, to `python -c "import click, importlib.metadata"`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROUNDS = 11
SETTLED_S = 2.5  # nothing that has just changed is kept
BARE = "`import click, importlib.metadata`"
VERBS = {
    "--help": ["--help"],
    "list plugins": ["list", "plugins"],
    "show pcarn": ["show", "pcarn"],
    "show pcarn --table 4": ["show", "pcarn", "--table", "4"],
}


def measured(command: list[str], cache: Path) -> tuple[float, float]:
    """Return CPU seconds of a process with its children, and seconds on the wall."""
    environment = {**os.environ, "SRBENCH_CACHE": str(cache)}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main(srbench: list[str]) -> None:
    times: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept"
        for arguments in VERBS.values():  # the first start after an installation compiles modules
            measured([*srbench, *arguments], kept)
        time.sleep(SETTLED_S)
        for arguments in VERBS.values():
            measured([*srbench, *arguments], kept)
        for turn in range(ROUNDS):
            bare = [sys.executable, "-c", "import click, importlib.metadata"]
            times.setdefault(BARE, []).append(measured(bare, kept))
            for name, arguments in VERBS.items():
                times.setdefault(f"{name}, again", []).append(measured([*srbench, *arguments], kept))
                empty = Path(folder) / str(turn) / name
                times.setdefault(f"{name}, first", []).append(measured([*srbench, *arguments], empty))
    medians = {name: [median(column) for column in zip(*taken, strict=True)] for name, taken in times.items()}
    print("| start | CPU s | x | wall s | x |\n| --- | ---: | ---: | ---: | ---: |")
    for name, (cpu, wall) in medians.items():
        bare_cpu, bare_wall = medians[BARE]
        print(f"| {name} | {cpu:.3f} | {cpu / bare_cpu:.2f} | {wall:.3f} | {wall / bare_wall:.2f} |")


if __name__ == "__main__":
    main(sys.argv[1:] or [sys.executable, "-m", "srbench"])
