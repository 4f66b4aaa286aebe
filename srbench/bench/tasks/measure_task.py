"""The task that measures the cells of one pass over a dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from srbench.bench.tasks.seen_files import check_seen, files_of
from srbench.bench.tasks.train_task import training_key
from srbench.device import machine
from srbench.execution.task import Needs
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.planning.job import Job
    from srbench.execution.task import Report
    from srbench.inference.method import ResolvedMethod
    from srbench.records.record import Record
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class MeasureTask:
    """Measurement of a job, after the trainings of its method."""

    job: Job
    root: Path
    """Output folder, in which trainings write their weights."""

    @cached_property
    def key(self) -> str:
        """Identity of the task: a hash of the keys of the cells that it measures."""
        return f"measure {canonical_hash(sorted(cell.key for cell in self.job.cells))}"

    @property
    def label(self) -> str:
        """The measurement in words: ``pcarn-m Set5 x4``."""
        return self.job.label

    @property
    def after(self) -> tuple[str, ...]:
        """The tasks that train the weights; the cost of a model needs none."""
        return tuple(training_key(training) for training in self.trainings)

    @property
    def trainings(self) -> tuple[TrainingJob, ...]:
        """The trainings whose files the task reads."""
        return self.job.method.trainings if self.job.dataset else ()

    @property
    def needs(self) -> Needs:
        """The device of the measurement, alone where times or memory are measured."""
        return Needs(self.job.device, timed=self.job.timed)

    def run(self, report: Report) -> list[Record]:
        """Measure, and return one record per cell; an error of a cell is a failed record.

        Raises:
            DataError: if a folder or file of the main process isn't seen here.
        """
        from srbench.bench.measuring.run_job import run_job  # imports torch, which --help and --dry-run don't need

        check_seen(files_of(self.job))
        job = replace(self.job, method=self._with_weights(self.job.method))
        if job.machine:  # times belong to the machine that measured them, which the plan may not have known
            job = replace(job, machine=machine(job.device))
        return run_job(job, report)

    def failed(self, reason: BaseException) -> list[Record]:
        """Return the records of a measurement that ended without returning records, with the reason."""
        from srbench.bench.measuring.run_job import failed_records

        return failed_records(self.job, reason)

    def _with_weights(self, method: ResolvedMethod) -> ResolvedMethod:
        """Return `method` with the weights that were trained under `root`.

        Their path may differ from that in the plan, because a recipe with the same first phases may have trained them.
        """
        method = replace(method, members=tuple(self._with_weights(member) for member in method.members))
        if method.blend_with:
            method = replace(method, blend_with=self._with_weights(method.blend_with))
        return replace(method, weights=method.training.weights(self.root)) if method.training else method
