"""What an executor is: it takes jobs and reports records as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.cell import Job
    from srbench.bench.record import Record


class Events(Protocol):
    """Who is told of progress. All calls come from the main process."""

    def started(self, job: Job) -> None:
        """The job is being worked on."""

    def image(self, job: Job, name: str) -> None:
        """One more image of the job is measured (not reported by executors that work elsewhere)."""

    def finished(self, job: Job, records: list[Record]) -> None:
        """The job's records; they are stored before the next job begins."""


class Executor(Protocol):
    """Runs jobs. A job that fails gives failed records; only KeyboardInterrupt ends the run early."""

    def run(self, jobs: Sequence[Job], events: Events) -> None:
        """Run all jobs."""
