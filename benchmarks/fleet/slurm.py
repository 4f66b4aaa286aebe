"""What a task costs on Slurm: tasks that do nothing, in one job array.

    python benchmarks/fleet/slurm.py [--tasks 100] [--start]

The array goes to the Slurm that `sbatch` talks to; `--start` starts one of this machine and two CPUs, as the tests of
plugins/slurm do (needs root, slurm-wlm and munge). The same number of jobs that only call `true` shows what of it is
Slurm's own.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench_slurm.executor import SlurmExecutor

from srbench import ExecutorSetup, Needs
from srbench.execution.graph import closing, run_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[2] / "plugins" / "slurm" / "tests" / "conftest.py"


@dataclass(frozen=True)
class Nothing:
    """A task that does nothing."""

    key: str
    label: str = "nothing"
    after: tuple[str, ...] = ()
    needs: Needs = Needs("cpu")  # noqa: RUF009 - frozen

    def run(self, _report: Any) -> None:
        """Do nothing."""


class Nobody:
    """An observer that ignores everything."""

    def started(self, _task: Any) -> None: ...
    def reported(self, _task: Any, _value: object) -> None: ...
    def retried(self, _task: Any, _outcome: Any) -> None: ...
    def ended(self, _task: Any, outcome: Any) -> None:
        if outcome.error is not None:
            raise outcome.error


@contextmanager
def started() -> Iterator[None]:
    """Start a Slurm on this machine, and let the commands of Slurm talk to it."""
    spec = importlib.util.spec_from_file_location("slurm_of_the_tests", TESTS)
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    cluster = module.Cluster(Path(tempfile.mkdtemp(prefix="slurm-")))
    try:
        cluster.start()
        os.environ["SLURM_CONF"] = str(cluster.conf)
        yield
    finally:
        cluster.stop()


def overhead(out: Path, tasks: int) -> tuple[float, float]:
    """Return the seconds of the submission, and those until all tasks have ended."""
    began = time.perf_counter()
    with closing(SlurmExecutor(ExecutorSetup(out=out))) as executor:
        submit = executor.submit
        submitted = []

        def timed(*arguments: Any) -> None:
            submit(*arguments)
            submitted.append(time.perf_counter() - began)

        executor.submit = timed
        run_tasks([Nothing(str(index)) for index in range(tasks)], executor, Nobody())
    return submitted[0], time.perf_counter() - began


def bare(folder: Path, tasks: int) -> float:
    """Return the seconds of an array of as many jobs that call ``true`` through ``srun``."""
    began = time.perf_counter()
    command = ["sbatch", "--wait", f"--array=0-{tasks - 1}", f"--output={folder / 'log'}", "--wrap=srun true"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--start", action="store_true")
    options = parser.parse_args()
    if options.start:
        with started():
            measure(options.tasks)
    else:
        measure(options.tasks)


def measure(tasks: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="srbench-", dir=Path.cwd()))
    try:
        submission, seconds = overhead(folder / "out", tasks)
        cost = bare(folder, tasks)
    finally:
        shutil.rmtree(folder)
    print(f"submission of {tasks} tasks: {submission:.2f} s")
    print(f"tasks that do nothing: {seconds / tasks:.2f} s each ({seconds:.1f} s in all)")
    print(f"jobs that call true: {cost / tasks:.2f} s each ({cost:.1f} s in all)")


if __name__ == "__main__":
    main()
