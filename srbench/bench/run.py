"""Running a plan: what is missing is measured and stored, and the table is gathered from the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench.bench.results.table_result import Result, gather
from srbench.device import pick_device
from srbench.errors import TrainingError
from srbench.execution.executor import Work
from srbench.records.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from srbench.bench.planning.job import Job
    from srbench.bench.planning.plan import Plan
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
    """Train and measure what `plan` lacks, and return its table.

    `train` trains a job and gives the path of its weights. Each record is stored as soon as it is there,
    then `observe`d. Failed cells are in the table, with their reason; a training that fails fails the cells that wait
    for it, and is tried again next time. Raises `UsageError` for a device that isn't there, before anything is done.
    """
    from srbench.bench.measuring.run_job import failed, run_job  # brings torch, which --help and --dry-run do without

    if plan.jobs:
        pick_device(plan.options.device)  # refuses a device that is not there before anything is done
    records = dict(plan.cached)
    recorder = Recorder(events, store, observe, records)
    trained = _train(plan, train)
    ready = []
    for job in plan.jobs:
        outcomes = [trained[one.key] for one in job.method.trainings if one.key in trained]
        if failure := next((one for one in outcomes if isinstance(one, Exception)), None):
            recorder.finished(job, failed(job, failure))
        else:
            ready.append(replace(job, method=_with_weights(job.method, trained)))
    executor.run(ready, Work(run_job, failed), recorder)
    return gather(plan, records)


def _with_weights(method: ResolvedMethod, trained: Mapping[str, Path | Exception]) -> ResolvedMethod:
    """`method` with the weights that were `trained`, by key.

    They may lie elsewhere than the plan took them to: another recipe that begins alike may have trained them.
    """
    method = replace(method, members=tuple(_with_weights(one, trained) for one in method.members))
    if method.blend_with:
        method = replace(method, blend_with=_with_weights(method.blend_with, trained))
    outcome = trained.get(method.training.key) if method.training else None
    return replace(method, weights=outcome) if outcome and not isinstance(outcome, Exception) else method


def _train(plan: Plan, train: Callable[[TrainingJob], Path] | None) -> dict[str, Path | Exception]:
    """Train what is missing; gives the weights, or why there are none, by key."""
    outcomes: dict[str, Path | Exception] = {}
    for job in plan.trainings:
        if train is None:
            said = f"{job.stem} is not trained yet: srbench train --recipe {job.recipe.name}"
            outcomes[job.key] = TrainingError(said)
            continue
        try:
            outcomes[job.key] = train(job)
        except Exception as error:  # noqa: BLE001 - whatever a plugin's code raises costs its own cells only
            outcomes[job.key] = error
    return outcomes
