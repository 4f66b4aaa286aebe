"""Execution of a plan: missing cells are measured and stored, and the table is gathered from all records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench.bench.results.gather import gather
from srbench.device import pick_device
from srbench.errors import CODE_ERRORS, TrainingError
from srbench.execution.executor import Work
from srbench.records.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from srbench.bench.planning.job import Job
    from srbench.bench.planning.plan import Plan
    from srbench.bench.results.table_result import Result
    from srbench.execution.executor import Events, Executor
    from srbench.inference.method import ResolvedMethod
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.training.job import TrainingJob


def run_plan(
    plan: Plan,
    executor: Executor,
    events: Events[Job],
    store: Store | None,
    observe: Callable[[Record], object],
    train: Callable[[TrainingJob], Path] | None = None,
) -> Result:
    """Train and measure everything that `plan` lacks, and return its table.

    Each record is stored as soon as it is measured. Failed cells are in the table, with their reason. If a training
    fails, the cells that need it fail; the next run tries it again.

    Args:
        plan: The plan.
        executor: Executor of the jobs.
        events: Receiver of progress.
        store: Store of records; None: nothing is stored.
        observe: Function called with each record after it is stored.
        train: Trains a job and returns the path of its weights; None: cells that need a training fail.

    Raises:
        UsageError: if the device does not exist; nothing is trained or measured then.
    """
    from srbench.bench.measuring.run_job import failed, run_job  # imports torch, which --help and --dry-run don't need

    if plan.jobs:
        pick_device(plan.options.device)  # raises an error for a missing device before any work is done
    records = dict(plan.cached)
    recorder = Recorder(events, store, observe, records)
    trained = _train(plan, train)
    ready = []
    for job in plan.jobs:
        outcomes = [trained[training.key] for training in job.method.trainings if training.key in trained]
        if failure := next((outcome for outcome in outcomes if isinstance(outcome, BaseException)), None):
            recorder.finished(job, failed(job, failure))
        else:
            ready.append(replace(job, method=_with_weights(job.method, trained)))
    executor.run(ready, Work(run_job, failed), recorder)
    return gather(plan, records)


def _with_weights(method: ResolvedMethod, trained: Mapping[str, Path | BaseException]) -> ResolvedMethod:
    """Return `method` with the weights that were trained, which `trained` maps from keys of trainings.

    Their path may differ from that in the plan, because a recipe with the same first phases may have trained them.
    """
    method = replace(method, members=tuple(_with_weights(member, trained) for member in method.members))
    if method.blend_with:
        method = replace(method, blend_with=_with_weights(method.blend_with, trained))
    outcome = trained.get(method.training.key) if method.training else None
    return replace(method, weights=outcome) if outcome and not isinstance(outcome, BaseException) else method


def _train(plan: Plan, train: Callable[[TrainingJob], Path] | None) -> dict[str, Path | BaseException]:
    """Run the trainings of `plan`; return the path of the weights, or the error, by key of the training."""
    outcomes: dict[str, Path | BaseException] = {}
    for job in plan.trainings:
        if train is None:
            message = f"{job.stem} is not trained yet: srbench train --recipe {job.recipe.name}"
            outcomes[job.key] = TrainingError(message)
            continue
        try:
            outcomes[job.key] = train(job)
        except CODE_ERRORS as error:  # an error of a plugin's code must fail only the cells that need it
            outcomes[job.key] = error
    return outcomes
