"""What an executor is: it takes jobs and reports records as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.records.record import Record


class Work(Protocol):
    """What executors run: plain data that pickles. A pass over a dataset (`srbench.bench.planning.job.Job`) is one kind."""

    @property
    def timed(self) -> bool:
        """Whether it measures the machine, and wants it for itself."""

    def run(self, on_image: Callable[[str], None] = ...) -> list[Record]:
        """Its records. Never raises for its own fault: a failure is a record that says why."""

    def failed(self, reason: Exception) -> list[Record]:
        """Its records, where it could not even report itself."""


Told_contra = TypeVar("Told_contra", bound=Work, contravariant=True)
Works = TypeVar("Works", bound=Work)


class Events(Protocol[Told_contra]):
    """Who is told of progress. All calls come from the main process."""

    def started(self, job: Told_contra) -> None:
        """The job is being worked on."""

    def image(self, job: Told_contra, name: str) -> None:
        """One more image of the job is measured (not reported by executors that work elsewhere)."""

    def finished(self, job: Told_contra, records: list[Record]) -> None:
        """The job's records; they are stored before the next job begins."""


class Executor(Protocol):
    """Runs jobs. A job that fails gives failed records; only KeyboardInterrupt ends the run early."""

    def run(self, jobs: Sequence[Works], events: Events[Works]) -> None:
        """Run all jobs."""
