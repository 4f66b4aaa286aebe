"""Overhead of a task on Ray: tasks that do nothing, on a cluster of this machine or that of ``--address``.

    python benchmarks/fleet/ray_cluster.py --tasks 1000 [--address HOST:PORT]

The first tasks, for which the nodes start processes, are not counted.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

from srbench_ray.executor import RayExecutor

import srbench
from srbench.execution.graph import closing, run_tasks

CPU = srbench.Needs("cpu")


@dataclass(frozen=True)
class Nothing:
    """A task that does nothing."""

    number: int
    after: tuple[str, ...] = ()
    needs: srbench.Needs = CPU

    @property
    def key(self) -> str:
        return f"nothing {self.number}"

    @property
    def label(self) -> str:
        return self.key

    def run(self, report) -> int:
        report(self.number)
        return self.number


class Quiet:
    """An observer that counts what succeeded."""

    def __init__(self) -> None:
        self.finished = 0

    def started(self, task) -> None: ...

    def reported(self, task, value) -> None: ...

    def retried(self, task, outcome) -> None: ...

    def ended(self, _task, outcome) -> None:
        self.finished += outcome.error is None


def overhead(count: int, address: str = "") -> float:
    """Return the seconds a task, of `count` tasks that do nothing."""
    options = {"address": address} if address else {}
    with closing(RayExecutor(srbench.ExecutorSetup(options=options))) as executor:
        run_tasks([Nothing(-number) for number in range(1, 20)], executor, Quiet())
        observer, began = Quiet(), time.perf_counter()
        run_tasks([Nothing(number) for number in range(count)], executor, observer)
        seconds = time.perf_counter() - began
    if observer.finished != count:
        raise SystemExit(f"only {observer.finished} of {count} tasks succeeded")
    return seconds / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--address", default="")
    options = parser.parse_args()
    print(f"{1000 * overhead(options.tasks, options.address):.2f} ms a task ({options.tasks} tasks)")


if __name__ == "__main__":
    import ray_cluster  # tasks of a module, not of __main__, which the nodes don't have

    ray_cluster.main()
