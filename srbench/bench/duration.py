"""Time that a plan will take, estimated from the records and cards of earlier runs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from srbench.bench.tasks.plan_tasks import measure_tasks, train_tasks
from srbench.errors import TrainingError
from srbench.training.storage.card import TrainingCard
from srbench.training.storage.names import CARD, training_folders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.bench.planning.job import Job
    from srbench.bench.planning.plan import Plan
    from srbench.records.index import Summary
    from srbench.records.store import Store
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class Duration:
    """Estimated time of passes or trainings, and the number of those whose time is unknown."""

    seconds: float = 0.0
    """Time of those whose time is known."""
    known: int = 0
    """Number of passes or trainings whose time is known."""
    unknown: int = 0
    """Number of passes or trainings whose time no record tells."""

    def __add__(self, other: Duration) -> Duration:
        return Duration(self.seconds + other.seconds, self.known + other.known, self.unknown + other.unknown)


def time_to_measure(plans: Sequence[Plan], store: Store) -> Duration:
    """Return the time of the passes over a dataset or a model, estimated from the records of the same method.

    Passes that tables share count once, as they are run. The time per image of earlier passes is taken, which may be
    over another dataset, at another scale, on another machine, or with fewer or more metrics.

    Args:
        plans: The plans.
        store: Store with the records of earlier runs.
    """
    jobs = [task.job for task in measure_tasks(plans, store.root)]
    if not jobs:
        return Duration()
    by_method: dict[str, list[Summary]] = {job.method.name: [] for job in jobs}
    for summary in store.summaries.values():
        if summary.method in by_method and summary.status == "ok" and summary.images:
            by_method[summary.method].append(summary)
    return sum((_job_duration(job, by_method[job.method.name]) for job in jobs), Duration())


def time_to_train(plans: Sequence[Plan], root: Path) -> Duration:
    """Return the time of the trainings, estimated from the cards of finished ones of the same recipe and profile.

    Each phase is a training; those that recipes share count once, as they are run.

    Args:
        plans: The plans.
        root: Output folder with the trainings.
    """
    return sum((_training_duration(task.job, root) for task in train_tasks(plans, root)), Duration())


def _job_duration(job: Job, records: Sequence[Summary]) -> Duration:
    """Return the median over records of the same dataset and scale, else of the scale, else over all records."""
    name = job.dataset.name if job.dataset else ""
    alike = [record for record in records if bool(record.dataset) == bool(name)]
    at_scale = [record for record in alike if record.scale == job.scale]
    same = [record for record in at_scale if record.dataset == name]
    nearest = same or at_scale or alike
    if not nearest:
        return Duration(unknown=1)
    images = len(job.dataset.images) if job.dataset else 1
    return Duration(images * median(record.seconds / record.images for record in nearest), 1)


def _training_duration(job: TrainingJob, root: Path) -> Duration:
    """Return the time of the phase of `job`."""
    steps = job.phase.budget.steps
    stem = job.stem.removesuffix(f"seed{job.seed}")
    rates = []
    for folder in training_folders(root, f"{stem}seed*"):
        try:
            card = TrainingCard.read(folder / CARD)
            seconds = card.document.get("seconds") or {}
            last_run, first_step = float(seconds["this_run"]), int(seconds["from_step"])
            rates.append(last_run / (int(card.last["step"]) - first_step))
        except (TrainingError, KeyError, TypeError, ValueError, ZeroDivisionError):
            continue
    return Duration(steps * median(rates), 1) if rates else Duration(unknown=1)
