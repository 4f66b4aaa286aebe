"""Progress of measurements: a bar on a terminal, no output in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from rich.progress import TaskID

    from srbench.bench.planning.job import Job
    from srbench.records.record import Record


class Silent:
    """Progress events of measurements that display nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def started(self, job: Job) -> None:
        """Ignore the start of `job`."""

    def image(self, job: Job, name: str) -> None:
        """Ignore the measured image `name` of `job`."""

    def finished(self, job: Job, records: list[Record]) -> None:
        """Ignore the records of the finished `job`."""


class Bars(Silent):
    """One progress bar for all images of a run, labelled with the current job."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID = self._progress.add_task("loading", total=sum(map(steps, jobs)))
        self._seen: dict[int, int] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def started(self, job: Job) -> None:
        """Show the name of `job` beside the bar."""
        self._progress.start()  # not earlier: trainings that run first display bars of their own
        self._progress.update(self._task, description=describe(job))

    def image(self, job: Job, name: str) -> None:
        """Advance the bar by one image."""
        self._seen[id(job)] = self._seen.get(id(job), 0) + 1
        self._progress.update(self._task, advance=1, description=f"{describe(job)} {name}")

    def finished(self, job: Job, records: list[Record]) -> None:
        """Advance the bar by the images of `job` that were not reported, and print its failures."""
        self._progress.update(self._task, advance=steps(job) - self._seen.get(id(job), 0))
        for record in records:
            if record.status == "failed":
                self._progress.console.print(
                    f"failed: {describe(job)} {record.cell.metric}: {record.error}", markup=False
                )


def steps(job: Job) -> int:
    """Return the number of steps that `job` counts for: its images, or 1 without a dataset."""
    return len(job.dataset.images) if job.dataset else 1


def describe(job: Job) -> str:
    """Return a label of `job`: ``pcarn-m Set5 x4``."""
    dataset = job.dataset.name if job.dataset else "cost"
    return f"{job.method.name} {dataset} x{job.scale:g}"


def progress_for(jobs: Sequence[Job], *, quiet: bool) -> Silent:
    """Return a progress bar if stderr is a terminal, there are jobs and `quiet` is not set; else a silent display."""
    return Bars(jobs) if jobs and not quiet and sys.stderr.isatty() else Silent()
