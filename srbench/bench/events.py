"""The events of a run: trainings and measurements that start, go on and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from srbench.bench.planning.job import Job
from srbench.records.recorder import Progress

if TYPE_CHECKING:
    from srbench.bench.tasks.train_task import TrainTask
    from srbench.records.training_step import TrainingStep


class RunEvents(Progress[Job], Protocol):
    """A receiver of the progress of a run; all calls come from the main process."""

    def training_started(self, task: TrainTask) -> None:
        """Handle the start of a training."""

    def training_step(self, task: TrainTask, step: TrainingStep) -> None:
        """Handle the state of a training after a number of steps."""

    def training_ended(self, task: TrainTask, reason: str) -> None:
        """Handle the end of a training; `reason` says why it failed, and is empty if it did not."""

    def remark(self, text: str) -> None:
        """Handle a remark on the run, such as a task that is tried again."""
