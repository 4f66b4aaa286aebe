"""Execution of tasks in this process, or in several processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TYPE_CHECKING

from srbench.errors import CODE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.execution.executor import Events, Task, Work
    from srbench.records.record import Record


class Local:
    """An executor on this machine: tasks run one by one in this process, or in several processes that share the cores.

    Args:
        processes: Number of tasks that run at the same time.
    """

    def __init__(self, processes: int = 1) -> None:
        self.processes = processes

    def run(self, jobs: Sequence[Task], work: Work[Task], events: Events[Task]) -> None:
        """Run all tasks; timed ones first, alone in this process.

        Args:
            jobs: The tasks.
            work: Functions that run a task, and that report one whose process died.
            events: Receiver of progress and records, called in the main process.
        """
        if self.processes == 1 or len(jobs) < 2:
            for job in jobs:
                run_here(job, work, events)
            return
        for job in (job for job in jobs if job.timed):  # other work at the same time would distort the measurement
            run_here(job, work, events)
        lost = _run_in_pool([job for job in jobs if not job.timed], work, events, self.processes)
        for job in lost:  # a dead worker breaks the whole pool; running one task at a time shows which one failed
            if _run_in_pool([job], work, events, 1):
                reason = RuntimeError("the worker process died (out of memory?); use fewer --jobs, or --tile")
                events.finished(job, work.failed(job, reason))


def run_here(job: Task, work: Work[Task], events: Events[Task]) -> None:
    """Run one task in this process.

    Args:
        job: The task.
        work: Functions of which ``run`` runs the task.
        events: Receiver of progress and records.
    """
    events.started(job)
    events.finished(job, work.run(job, partial(events.image, job)))


def _run_in_pool(jobs: Sequence[Task], work: Work[Task], events: Events[Task], processes: int) -> list[Task]:
    """Run `jobs` in several processes, and return those whose worker process died."""
    threads = max(1, (os.cpu_count() or 1) // processes)
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=_limit_threads, initargs=(threads,)
    )
    lost: list[Task] = []
    try:
        waiting: dict[Future[list[Record]], Task] = {}
        for job in jobs:
            try:
                waiting[pool.submit(work.run, job, _ignore)] = job
            except BrokenProcessPool:  # a worker died before all tasks were handed out
                lost.append(job)
            else:
                events.started(job)
        while waiting:
            for future in wait(waiting, return_when="FIRST_COMPLETED").done:
                job = waiting.pop(future)
                try:
                    records = future.result()
                except BrokenProcessPool:
                    lost.append(job)
                    continue
                except CODE_ERRORS as error:  # e.g. a task that can't be pickled
                    records = work.failed(job, error)
                events.finished(job, records)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return lost


def _ignore(_name: str) -> None:
    """Ignore the report of an image, which does not leave the worker process."""


def _limit_threads(threads: int) -> None:
    """Limit the threads of a worker, so that processes do not compete for the same cores."""
    import torch

    torch.set_num_threads(threads)
