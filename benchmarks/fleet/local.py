"""What parallel tasks gain and cost on this machine: a real table with one and two jobs, and tasks that do nothing.

    python benchmarks/fleet/local.py [--rounds 3] [--tasks 1000]

The table is pcarn, Table 1, demo profile, three seeds. Runs with one and with two jobs take turns, each into an empty
folder, and the records of both must be equal but for times.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srbench import ExecutorSetup, Needs
from srbench.execution.graph import closing, run_tasks
from srbench.execution.local import LocalExecutor

TABLE = (
    *("run", "--plugin", "pcarn", "--table", "1", "--profile", "demo", "--source", "train", "--seeds", "3"),
    *("--threads", "1"),
)
"""One thread a task, so that the weights are the same however many jobs there are."""
TIMES = ("seconds", "training", "device", "weights")
"""Fields of a record that hold times, or the names of files with them."""


@dataclass(frozen=True)
class Nothing:
    """A task that does nothing."""

    key: str
    label: str = "nothing"
    after: tuple[str, ...] = ()
    needs: Needs = Needs()  # noqa: RUF009 - frozen

    def run(self, _report: Any) -> None:
        """Do nothing."""


class Nobody:
    """An observer that ignores everything."""

    def started(self, _task: Any) -> None: ...
    def reported(self, _task: Any, _value: object) -> None: ...
    def retried(self, _task: Any, _outcome: Any) -> None: ...
    def ended(self, _task: Any, _outcome: Any) -> None: ...


def overhead(jobs: int, tasks: int) -> float:
    """Return the seconds that a task costs; the start of the worker processes does not count.

    Args:
        jobs: Number of worker processes; 1: this process.
        tasks: Number of tasks.
    """
    with closing(LocalExecutor(ExecutorSetup(jobs))) as executor:
        run_tasks([Nothing(f"first {index}") for index in range(4 * jobs)], executor, Nobody())
        began = time.perf_counter()
        run_tasks([Nothing(str(index)) for index in range(tasks)], executor, Nobody())
        return (time.perf_counter() - began) / tasks


def table(folder: Path, *options: str) -> float:
    """Return the seconds of a whole run into a new folder."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "srbench", "-q", *TABLE, "--out", str(folder), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def records(folder: Path) -> dict[str, Any]:
    """Return the records without times, by file name."""
    documents = {}
    for path in folder.glob("records/*/*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        documents[path.name] = {name: value for name, value in document.items() if name not in TIMES}
    return documents


def weights(folder: Path) -> dict[str, bytes]:
    """Return the trained weights by the name of the training."""
    return {path.parent.name: path.read_bytes() for path in folder.glob("training/*/weights.safetensors")}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=1000)
    options = parser.parse_args()
    for jobs, where in ((1, "this process"), (2, "two workers")):
        print(f"{where}: {1e6 * overhead(jobs, options.tasks):.0f} µs a task that does nothing", flush=True)
    seconds: dict[str, list[float]] = {"1": [], "2": []}
    with tempfile.TemporaryDirectory() as temporary:
        for turn in range(options.rounds):
            for jobs, taken in seconds.items():
                taken.append(table(Path(temporary) / f"{turn}-{jobs}", "--jobs", jobs))
                print(f"--jobs {jobs}: {taken[-1]:.1f} s", flush=True)
        first, second = Path(temporary) / "0-1", Path(temporary) / "0-2"
        if weights(first) != weights(second) or records(first) != records(second):
            raise SystemExit("one and two jobs gave different results")
        print(f"equal: {len(records(first))} records, {len(weights(first))} trained networks")
    medians = {jobs: statistics.median(taken) for jobs, taken in seconds.items()}
    print(f"--jobs 2 is {medians['1'] / medians['2']:.2f}x as fast ({medians['1']:.1f} s, {medians['2']:.1f} s)")


if __name__ == "__main__":
    main()
