"""The interface of an executor, which runs tasks in this process, in others, or on other machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.execution.task import Outcome, Task


@dataclass(frozen=True)
class ExecutorSetup:
    """The settings that an executor is built with."""

    jobs: int = 1
    """Number of tasks to run at the same time (``--jobs``)."""
    threads: int = 0
    """Number of threads of PyTorch in each task (``--threads``); 0: the cores are divided among the jobs."""
    devices: tuple[str, ...] = ()
    """GPUs to use, with one task at a time on each (``--devices``), such as ``cuda:0``; none: no choice was made."""
    out: Path = Path("results")
    """Output folder of the run, under which an executor keeps its files."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Values of the executor's own options (`srbench.ExecutorSpec.options`) that the user has given, by name."""


class TaskObserver(Protocol):
    """A receiver of the progress of tasks; all calls come from the main thread of the main process."""

    def started(self, task: Task[Any]) -> None:
        """Handle the start of a task."""

    def reported(self, task: Task[Any], value: object) -> None:
        """Handle a report of a running task (see `srbench.execution.task.Report`)."""

    def retried(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        """Handle a task that failed and is run again."""

    def ended(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        """Handle the end of a task, after which the tasks that wait for it may start."""


class Executor(Protocol):
    """A place where tasks run.

    It receives only tasks that can start; `srbench.execution.graph` takes care of order, retries and failures.
    """

    def submit(self, tasks: Sequence[Task[Any]], observer: TaskObserver) -> None:
        """Accept tasks that can start now, and return at once.

        Args:
            tasks: The tasks; all may run at the same time, except timed ones (`srbench.Needs.timed`).
            observer: Receiver of starts and reports. An executor may leave out starts that it can't know, since a
                report or the end of a task implies its start, and it may announce a start repeatedly.
        """

    def wait(self) -> Iterable[tuple[Task[Any], Outcome[Any]]]:
        """Wait until at least one accepted task has ended, and return all that have ended with their outcomes.

        Called only while there are accepted tasks that have not ended.
        """

    def shares(self, folder: Path) -> bool:
        """Return whether all places where tasks run see the files of `folder`.

        If not, results and weights travel with the tasks.
        """

    def close(self, *, cancel: bool) -> None:
        """Release all resources of the executor.

        Args:
            cancel: Whether to stop tasks that are still running, since the run is interrupted.
        """
