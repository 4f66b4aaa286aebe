"""Execution of tasks on this machine: one after the other in this process, or several in processes of their own."""

from __future__ import annotations

from collections import deque
from functools import partial
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING, Any

from srbench.cores import cores
from srbench.execution.executor import ExecutorSetup
from srbench.execution.task import Outcome, run_task
from srbench.execution.worker import Worker, interrupt, use_threads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.execution.executor import TaskObserver
    from srbench.execution.task import Task


class LocalExecutor:
    """An executor on this machine.

    With one job, tasks run in this process. With several, there are as many worker processes, which share the cores;
    with devices, there is a worker for each device, which sees no other GPU. A timed task runs alone on its device:
    while a CPU is timed, nothing else runs.

    Args:
        setup: Number of jobs and threads, and devices; None: one job.
    """

    def __init__(self, setup: ExecutorSetup | None = None) -> None:
        setup = setup or ExecutorSetup()
        self._devices = setup.devices
        workers = len(setup.devices) or setup.jobs
        self._user_threads = setup.threads
        self._threads = setup.threads or max(1, cores() // workers)
        in_workers = workers > 1 or setup.devices
        self._workers = [Worker(device, workers) for device in setup.devices or [""] * workers] if in_workers else []
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
            if self._user_threads:
                use_threads(self._user_threads)
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
        """End the worker processes; with `cancel` also those that have a task, within `GRACE` seconds for all."""
        if cancel:
            interrupt(self._workers)
        for worker in self._workers:
            worker.close(cancel=cancel)

    def _fill(self) -> None:
        """Give tasks to the free workers; tasks that must run alone come last."""
        for worker in self._workers:
            while worker.task is None and (entry := self._take_next()):
                task, observer = entry
                threads = self._user_threads if self._runs_alone(task) else self._threads
                if error := worker.send(task, observer, threads):
                    observer.started(task)
                    self._refused.append((task, Outcome(error=error)))

    def _take_next(self) -> tuple[Task[Any], TaskObserver] | None:
        """Take the next task that may start now from the queue, with its observer; None if there is none."""
        busy = [worker.task for worker in self._workers if worker.task]
        if any(self._runs_alone(task) for task in busy):
            return None
        for index, entry in enumerate(self._pending):
            if self._runs_alone(entry[0]) and (busy or self._others_wait()):
                continue
            del self._pending[index]
            return entry
        return None

    def _runs_alone(self, task: Task[Any]) -> bool:
        """Return whether nothing else may run beside a task: it is timed on the CPU, which all workers share."""
        return task.needs.timed and not self._devices

    def _others_wait(self) -> bool:
        """Return whether a task that need not run alone is in the queue."""
        return any(not task.needs.timed for task, _ in self._pending)
