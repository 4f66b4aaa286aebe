"""The events of a run: trainings and measurements that start, go on and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from srbench.bench.planning.job import Job
    from srbench.bench.tasks.train_task import TrainTask
    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep


class RunEvents:
    """A receiver of the progress of a run, which ignores all of it; displays handle what they show.

    All calls come from the main process. A display is shown until the end of its ``with`` block.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def started(self, job: Job) -> None:
        """Handle the start of `job`."""

    def image(self, job: Job, name: str) -> None:
        """Handle one more measured image of `job`."""

    def finished(self, job: Job, records: list[Record]) -> None:
        """Handle the records of the finished `job`."""

    def training_started(self, task: TrainTask) -> None:
        """Handle the start of a training."""

    def training_step(self, task: TrainTask, step: TrainingStep) -> None:
        """Handle the state of a training after a number of steps."""

    def training_ended(self, task: TrainTask, reason: str) -> None:
        """Handle the end of a training; `reason` says why it failed, and is empty if it did not."""

    def remark(self, text: str) -> None:
        """Handle a remark on the run, such as a task that is tried again."""
