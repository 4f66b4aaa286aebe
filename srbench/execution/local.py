"""Execution of tasks on this machine: one after the other in this process, or several in processes of their own."""

from __future__ import annotations

from collections import deque
from functools import partial
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING, Any

from srbench.cores import cores
from srbench.execution.executor import ExecutorSetup
from srbench.execution.task import Outcome, run_task
from srbench.execution.worker import Worker, use_threads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.execution.executor import TaskObserver
    from srbench.execution.task import Task


class LocalExecutor:
    """An executor on this machine.

    With one job, tasks run in this process. With several, each runs in one of as many worker processes, which share the
    cores; with devices, there is a worker for each, which sees no other GPU. A timed task runs alone on its device:
    while a CPU is timed, nothing else runs.

    Args:
        setup: Number of jobs, and devices; None: one job.
    """

    def __init__(self, setup: ExecutorSetup | None = None) -> None:
        setup = setup or ExecutorSetup()
        self._devices = setup.devices
        workers = len(setup.devices) or setup.jobs
        self._fixed = setup.threads
        self._threads = setup.threads or max(1, cores() // workers)
        apart = workers > 1 or setup.devices
        self._workers = [Worker(device, workers) for device in setup.devices or [""] * workers] if apart else []
        self._pending: deque[tuple[Task[Any], TaskObserver]] = deque()
        self._refused: list[tuple[Task[Any], Outcome[Any]]] = []

    def submit(self, tasks: Sequence[Task[Any]], observer: TaskObserver) -> None:
        """Put tasks into the queue, and start as many as there are free workers."""
        self._pending.extend((task, observer) for task in tasks)
        self._fill()

    def wait(self) -> list[tuple[Task[Any], Outcome[Any]]]:
        """Return the next tasks that have ended; without workers, run the next task here."""
        if not self._workers:
            task, observer = self._pending.popleft()
            observer.started(task)
            if self._fixed:
                use_threads(self._fixed)
            return [(task, run_task(task, partial(observer.reported, task)))]
        ended, self._refused = self._refused, []
        while not ended:
            busy = {worker.connection: worker for worker in self._workers if worker.task and worker.connection}
            ready = wait_for(list(busy))
            ended += filter(None, (worker.receive() for connection, worker in busy.items() if connection in ready))
            self._fill()
        return ended

    def shares(self, folder: Path) -> bool:  # noqa: ARG002 - of the interface
        """Return True: all processes of this machine see the same files."""
        return True

    def close(self, *, cancel: bool) -> None:
        """End the worker processes."""
        for worker in self._workers:
            worker.close(cancel=cancel)

    def _fill(self) -> None:
        """Give tasks to the free workers; those without a need to be alone come first."""
        for worker in self._workers:
            while worker.task is None and (chosen := self._next()):
                task, observer = chosen
                timed = task.needs.timed and not self._devices
                if error := worker.send(task, observer, self._fixed if timed else self._threads):
                    observer.started(task)
                    self._refused.append((task, Outcome(error=error)))

    def _next(self) -> tuple[Task[Any], TaskObserver] | None:
        """Take the next task that may start now from the queue."""
        busy = [worker.task for worker in self._workers if worker.task]
        if not self._devices and any(task.needs.timed for task in busy):
            return None
        for index, (task, _) in enumerate(self._pending):
            alone = task.needs.timed and not self._devices
            if alone and (busy or self._others_wait()):
                continue
            chosen = self._pending[index]
            del self._pending[index]
            return chosen
        return None

    def _others_wait(self) -> bool:
        """Return whether a task is in the queue that need not run alone."""
        return any(not task.needs.timed for task, _ in self._pending)
