"""Progress on a terminal; silence in a pipe."""

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
    """Tells nobody."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def started(self, job: Job) -> None:
        """Nothing."""

    def image(self, job: Job, name: str) -> None:
        """Nothing."""

    def finished(self, job: Job, records: list[Record]) -> None:
        """Nothing."""


class Bars(Silent):
    """One bar for all images of the run, and the job at hand beside it."""

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
        """Name the job."""
        self._progress.start()  # not before: what has to be trained first has bars of its own
        self._progress.update(self._task, description=describe(job))

    def image(self, job: Job, name: str) -> None:
        """One step."""
        self._seen[id(job)] = self._seen.get(id(job), 0) + 1
        self._progress.update(self._task, advance=1, description=f"{describe(job)} {name}")

    def finished(self, job: Job, records: list[Record]) -> None:
        """The steps that were not reported one by one, and failures as they happen."""
        self._progress.update(self._task, advance=steps(job) - self._seen.get(id(job), 0))
        for record in records:
            if record.status == "failed":
                self._progress.console.print(
                    f"failed: {describe(job)} {record.cell.metric}: {record.error}", markup=False
                )


def steps(job: Job) -> int:
    """How many steps the job counts for: its images, or one."""
    return len(job.dataset.images) if job.dataset else 1


def describe(job: Job) -> str:
    """``pcarn-m Set5 x4``."""
    dataset = job.dataset.name if job.dataset else "cost"
    return f"{job.method.name} {dataset} x{job.scale:g}"


def progress_for(jobs: Sequence[Job], *, quiet: bool) -> Silent:
    """Bars where a person watches, else silence."""
    return Bars(jobs) if jobs and not quiet and sys.stderr.isatty() else Silent()
