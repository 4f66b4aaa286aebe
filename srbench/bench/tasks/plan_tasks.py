"""The tasks of several plans; trainings and passes over a dataset that plans share are one task."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench.bench.tasks.measure_task import MeasureTask
from srbench.bench.tasks.train_task import TrainTask
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.bench.planning.job import Job
    from srbench.bench.planning.plan import Plan
    from srbench.training.job import TrainingJob


def train_tasks(plans: Iterable[Plan], root: Path) -> list[TrainTask]:
    """Return a task for each phase that must be trained; phases that recipes share are trained once.

    Args:
        plans: The plans.
        root: Output folder.
    """
    tasks: dict[str, TrainTask] = {}
    for plan in plans:
        for training in plan.trainings:
            for job in _phases(training):
                if not job.done(root):
                    task = TrainTask(job, _existing(plan.roots), root, plan.options.device)
                    tasks.setdefault(task.key, task)
    return list(tasks.values())


def _existing(roots: Iterable[Path]) -> tuple[Path, ...]:
    """Return the roots that exist, as absolute paths, which mean the same in another process."""
    return tuple(root.absolute() for root in roots if root.exists())


def _phases(job: TrainingJob) -> list[TrainingJob]:
    """Return the jobs of all phases of `job`, in the order of training."""
    return [*(_phases(job.before) if job.before else []), job]


def measure_tasks(plans: Sequence[Plan], root: Path) -> list[MeasureTask]:
    """Return the tasks that measure the missing cells of the plans; jobs that share a pass are one task.

    Args:
        plans: The plans.
        root: Output folder.
    """
    by_pass: dict[str, Job] = {}
    for job in (job for plan in plans for job in plan.jobs):
        key = _pass_key(job)
        if earlier := by_pass.get(key):
            names = {metric.spec.name for metric in earlier.metrics}
            added = tuple(metric for metric in job.metrics if metric.spec.name not in names)
            by_pass[key] = replace(earlier, metrics=(*earlier.metrics, *added))
        else:
            by_pass[key] = job
    return [MeasureTask(job, root) for job in by_pass.values()]


def _pass_key(job: Job) -> str:
    """Return the hash of everything that two jobs must share to be measured in one pass."""
    dataset = job.dataset
    return canonical_hash(
        {
            "method": [job.method.name, job.method.model.name, job.method.identity, job.method.sigma_hash],
            "subjects": sorted({metric.spec.subject for metric in job.metrics}),
            "dataset": [dataset.name, str(dataset.root), dataset.derivation, job.dataset_hash] if dataset else [],
            "run": [job.scale, job.lr, job.profile, job.seed, job.device, job.tile, job.machine],
            "protocol": job.protocol.identity(),
            "images": str(job.save_to or ""),
        }
    )
