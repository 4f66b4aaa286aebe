"""The interface of an executor, which runs tasks and reports their records as they are finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.records.record import Record


class Timed(Protocol):
    """A task: plain data that can be pickled, e.g. a pass over a dataset (`srbench.bench.planning.job.Job`)."""

    @property
    def timed(self) -> bool:
        """Whether the task measures times, and so must run alone."""


Task = TypeVar("Task", bound=Timed)
Task_contra = TypeVar("Task_contra", bound=Timed, contravariant=True)


@dataclass(frozen=True)
class Work(Generic[Task]):
    """The functions that run tasks of one kind; they are module-level functions, which are pickled by name."""

    run: Callable[[Task, Callable[[str], None]], list[Record]]
    """Function of a task and a callback for the name of each measured image. It never raises for an error in a task:
    the failure is a record that gives the reason."""
    failed: Callable[[Task, BaseException], list[Record]]
    """Function that returns the records of a task that could not report itself, because its process died."""


class Events(Protocol[Task_contra]):
    """A receiver of progress; all calls come from the main process."""

    def started(self, job: Task_contra) -> None:
        """Handle the start of a task."""

    def image(self, job: Task_contra, name: str) -> None:
        """Handle one more measured image of a task (not reported by executors that work in other processes)."""

    def finished(self, job: Task_contra, records: list[Record]) -> None:
        """Handle the records of a task; they are stored before the next task begins."""


class Executor(Protocol):
    """An executor of tasks.

    A task that fails gives failed records; only KeyboardInterrupt ends the run early.
    """

    def run(self, jobs: Sequence[Task], work: Work[Task], events: Events[Task]) -> None:
        """Run all tasks, and hand the records of each to `events` as soon as it is finished.

        Args:
            jobs: The tasks.
            work: Functions that run a task, and that report one whose process died.
            events: Receiver of progress and records, called in the main process.
        """
