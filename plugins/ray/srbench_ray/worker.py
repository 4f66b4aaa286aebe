"""Functions that run on the nodes of a cluster, and the inbox that their reports go to."""

from __future__ import annotations

import os
import pickle
import platform
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench import run_task

if TYPE_CHECKING:
    from srbench import Outcome

FLUSH = 10.0
"""Seconds that a finished task waits for the arrival of its last report."""
LOOKS = 3
"""Number of times, a second apart, that a file is looked for: a network file system may know it a moment later."""


class Inbox:
    """An actor that keeps the reports of running tasks until the main process takes them."""

    def __init__(self) -> None:
        self._messages: list[tuple[str, str, object]] = []

    def add(self, key: str, node: str, value: object) -> None:
        """Keep a report of the task `key`; its first names the node that it started on."""
        self._messages.append((key, node, value))

    def take(self) -> list[tuple[str, str, object]]:
        """Return what has arrived since the last call."""
        taken, self._messages = self._messages, []
        return taken


def run(data: bytes, cpus: int, folder: str, inbox: Any) -> Outcome[Any]:
    """Run a task and return its outcome.

    Args:
        data: The pickled task.
        cpus: Number of threads for PyTorch.
        folder: Working folder of the main process, which relative paths start from.
        inbox: Handle of the `Inbox`.
    """
    import ray

    os.environ["OMP_NUM_THREADS"] = str(cpus)  # PyTorch reads it on import, which a task may do without
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(cpus)
    if Path(folder).is_dir():
        os.chdir(folder)
    task = pickle.loads(data)  # noqa: S301 - from the main process
    last = [inbox.add.remote(task.key, platform.node(), None)]

    def report(value: object) -> None:
        last[0] = inbox.add.remote(task.key, "", value)  # not waited for

    outcome = run_task(task, report, apart=True)
    ray.wait(last, timeout=FLUSH)
    return outcome


def sees(file: str) -> bool:
    """Return whether a file of the main process is seen here."""
    for _ in range(LOOKS - 1):
        if Path(file).exists():
            return True
        time.sleep(1)
    return Path(file).exists()
