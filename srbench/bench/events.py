"""The events of a run: trainings and measurements that start, go on and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from srbench.bench.planning.job import Job
    from srbench.bench.tasks.train_task import TrainTask
    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep


class RunEvents(Protocol):
    """A receiver of the progress of a run; all calls come from the main process."""

    def started(self, job: Job) -> None:
        """Handle the start of a measurement."""

    def image(self, job: Job, name: str) -> None:
        """Handle one more measured image (not reported by executors that work on other machines)."""

    def finished(self, job: Job, records: list[Record]) -> None:
        """Handle the records of a measurement, which are stored."""

    def training_started(self, task: TrainTask) -> None:
        """Handle the start of a training."""

    def training_step(self, task: TrainTask, step: TrainingStep) -> None:
        """Handle the state of a training after a number of steps."""

    def training_ended(self, task: TrainTask, reason: str) -> None:
        """Handle the end of a training; `reason` says why it failed, and is empty if it did not."""

    def remark(self, text: str) -> None:
        """Handle a remark on the run, such as a task that is tried again."""
