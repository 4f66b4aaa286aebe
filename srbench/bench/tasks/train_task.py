"""The task that trains one phase of a recipe."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from srbench.bench.tasks.seen_files import check_seen
from srbench.execution.task import Needs
from srbench.storage.roots import cache_dir

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.execution.task import Report
    from srbench.records.training_step import TrainingStep
    from srbench.training.job import TrainingJob


def training_key(job: TrainingJob) -> str:
    """Return the key of the task that trains `job`."""
    return f"train {job.key}"


@dataclass(frozen=True)
class TrainTask:
    """Training of the last phase of a job; the phases before it have tasks of their own."""

    job: TrainingJob
    roots: tuple[Path, ...]
    """Folders with datasets and weights."""
    root: Path
    """Output folder; the folder of the training is in its ``training/``."""
    device: str = "auto"

    @cached_property
    def key(self) -> str:
        """Identity of the training; cached, since it is needed for each report."""
        return training_key(self.job)

    @property
    def label(self) -> str:
        """The training in words: ``training pcarn l1, quick, seed 0``."""
        job = self.job
        scales = "" if job.model.joint else " x" + "-".join(f"{scale:g}" for scale in job.scales)
        return f"training {job.recipe.name} {job.phase.name}{scales}, {job.profile}, seed {job.seed}"

    @property
    def after(self) -> tuple[str, ...]:
        """The task of the phase before."""
        return (training_key(self.job.before),) if self.job.before else ()

    @property
    def needs(self) -> Needs:
        """The device of the training."""
        return Needs(self.device)

    @property
    def trainings(self) -> tuple[TrainingJob, ...]:
        """The trainings whose files the task reads or writes."""
        return tuple(filter(None, (self.job.before, self.job)))

    def run(self, report: Report) -> str:
        """Train, or go on with a training that was stopped, and return the name of its folder.

        Observing plugins are notified of each report in the process that trains.

        Raises:
            SrbenchError: as `srbench.training.run.TrainingRun.train`, and if a data root isn't seen here.
        """
        from srbench.catalog import load_catalog
        from srbench.training.run import Hardware, TrainingRun

        check_seen(root for root in self.roots if root != cache_dir().absolute())  # each machine may have its own cache
        catalog = load_catalog()

        def observe(state: TrainingStep) -> None:
            catalog.training_step(state)
            report(state)

        run = TrainingRun(
            catalog,
            self.roots,
            self.root,
            Hardware(self.device),
            on_existing="either",
            observe=observe,
            announce=report,
        )
        return run.train(self.job).parent.name
