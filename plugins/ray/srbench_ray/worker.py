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
"""Number of times, a second apart, that a file is looked for: a network file system may show it a moment later."""


class Inbox:
    """An actor that keeps the reports of running tasks until the main process takes them."""

    def __init__(self) -> None:
        self._messages: list[tuple[str, str, object]] = []

    def add(self, key: str, node: str, value: object) -> None:
        """Keep a report of a task.

        Args:
            key: Key of the task.
            node: Node that the task starts on, in its first message; empty in all others.
            value: The report; None in the first message.
        """
        self._messages.append((key, node, value))

    def take(self) -> list[tuple[str, str, object]]:
        """Return the messages that have arrived since the last call."""
        messages, self._messages = self._messages, []
        return messages


def run(data: bytes, threads: int, folder: str, inbox: Any) -> Outcome[Any]:
    """Run a task and return its outcome.

    Args:
        data: The pickled task.
        threads: Number of threads for PyTorch.
        folder: Working folder of the main process, which relative paths start from.
        inbox: Handle of the `Inbox`.
    """
    import ray

    os.environ["OMP_NUM_THREADS"] = str(threads)  # PyTorch reads it when the task imports it
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(threads)
    if Path(folder).is_dir():
        os.chdir(folder)
    task = pickle.loads(data)  # noqa: S301 - from the main process
    sent = inbox.add.remote(task.key, platform.node(), None)

    def report(value: object) -> None:
        nonlocal sent
        sent = inbox.add.remote(task.key, "", value)  # not waited for

    outcome = run_task(task, report, apart=True)
    ray.wait([sent], timeout=FLUSH)
    return outcome


def sees(file: str) -> bool:
    """Return whether this node sees a file of the main process."""
    for look in range(LOOKS):
        if look:
            time.sleep(1)
        if Path(file).exists():
            return True
    return False
