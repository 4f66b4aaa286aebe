"""What an executor is: it runs tasks and reports their records as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.records.record import Record


class Timed(Protocol):
    """Plain data that pickles: a pass over a dataset (`srbench.bench.planning.job.Job`) is one kind of task."""

    @property
    def timed(self) -> bool:
        """Whether the task measures the machine, and so must run alone."""


Task = TypeVar("Task", bound=Timed)
Task_contra = TypeVar("Task_contra", bound=Timed, contravariant=True)


@dataclass(frozen=True)
class Work(Generic[Task]):
    """How tasks of one kind are run: module-level functions, which pickle by name."""

    run: Callable[[Task, Callable[[str], None]], list[Record]]
    """Called with a task and a function to report each image to. It never raises for the fault of a task: a failure is a
    record that says why."""
    failed: Callable[[Task, Exception], list[Record]]
    """Returns the records of a task that could not even report itself, because its process died."""


class Events(Protocol[Task_contra]):
    """Receives progress. All calls come from the main process."""

    def started(self, job: Task_contra) -> None:
        """Handle the start of a task."""

    def image(self, job: Task_contra, name: str) -> None:
        """Handle one more measured image of a task (not reported by executors that work in other processes)."""

    def finished(self, job: Task_contra, records: list[Record]) -> None:
        """Handle the records of a task; they are stored before the next task begins."""


class Executor(Protocol):
    """Runs tasks. A task that fails gives failed records; only KeyboardInterrupt ends the run early."""

    def run(self, jobs: Sequence[Task], work: Work[Task], events: Events[Task]) -> None:
        """Run all tasks."""
