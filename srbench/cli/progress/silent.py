"""Events of a run without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from srbench.bench.planning.job import Job
    from srbench.bench.tasks.train_task import TrainTask
    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep


class Silent:
    """Progress events of a run that display nothing."""

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

    def training_started(self, task: TrainTask) -> None:
        """Ignore the start of a training."""

    def training_step(self, task: TrainTask, step: TrainingStep) -> None:
        """Ignore the state of a training."""

    def training_ended(self, task: TrainTask, reason: str) -> None:
        """Ignore the end of a training."""

    def remark(self, text: str) -> None:
        """Ignore a remark on the run."""


def steps(job: Job) -> int:
    """Return the number of steps that `job` counts for: its images, or 1 without a dataset."""
    return len(job.dataset.images) if job.dataset else 1
