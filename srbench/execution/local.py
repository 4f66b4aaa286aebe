"""Jobs in this process, or in several processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.execution.executor import Events, Work, Works
    from srbench.records.record import Record


class Local:
    """`processes` = 1: one job after the other, here; more: that many at a time, sharing the cores."""

    def __init__(self, processes: int = 1) -> None:
        self.processes = processes

    def run(self, jobs: Sequence[Works], events: Events[Works]) -> None:
        """Run all jobs."""
        if self.processes == 1 or len(jobs) < 2:
            for job in jobs:
                run_here(job, events)
        else:
            for job in (one for one in jobs if one.timed):  # a time measured beside other work is none
                run_here(job, events)
            lost = self._run_in_pool([job for job in jobs if not job.timed], events, self.processes)
            for job in lost:  # a worker died and took its pool along: one at a time, the culprit shows itself
                if self._run_in_pool([job], events, 1):
                    events.finished(job, _died(job))

    def _run_in_pool(self, jobs: Sequence[Works], events: Events[Works], processes: int) -> list[Works]:
        """Run `jobs`; return those whose worker process died."""
        threads = max(1, (os.cpu_count() or 1) // processes)
        pool = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=_limit_threads, initargs=(threads,)
        )
        lost: list[Works] = []
        try:
            waiting: dict[Future[list[Record]], Works] = {}
            for job in jobs:
                try:
                    waiting[pool.submit(_run_silently, job)] = job
                except BrokenProcessPool:  # a worker died before all jobs were handed out
                    lost.append(job)
                else:
                    events.started(job)
            while waiting:
                for future in wait(waiting, return_when="FIRST_COMPLETED").done:
                    job = waiting.pop(future)
                    try:
                        events.finished(job, future.result())
                    except BrokenProcessPool:
                        lost.append(job)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return lost


def run_here(job: Works, events: Events[Works]) -> None:
    """One job in this process."""
    events.started(job)
    events.finished(job, job.run(partial(events.image, job)))


def _run_silently(job: Work) -> list[Record]:
    return job.run()


def _limit_threads(threads: int) -> None:
    """Processes that each take all cores slow one another down."""
    import torch

    torch.set_num_threads(threads)


def _died(job: Work) -> list[Record]:
    return job.failed(RuntimeError("the worker process died (out of memory?); try fewer --jobs, or --tile"))
