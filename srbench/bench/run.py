"""Running a plan: what is missing is measured and stored, and the table is gathered from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.result import Result, gather
from srbench.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.cell import Job
    from srbench.bench.plan import Plan
    from srbench.bench.record import Record
    from srbench.bench.store import Store
    from srbench.execution.executor import Events, Executor
    from srbench.training.job import TrainingJob


def run_plan(
    plan: Plan,
    executor: Executor,
    events: Events,
    store: Store | None,
    observe: Callable[[Record], object],
    train: Callable[[TrainingJob], object] | None = None,
) -> Result:
    """Train and measure what `plan` lacks, and return its table.

    `train` leaves the weights of a job where its method looks for them. Each record is stored as soon as it is there,
    then `observe`d. Failed cells are in the table, with their reason; a training that fails fails the cells that wait
    for it, and is tried again next time. Raises `UsageError` for a device that isn't there, before anything is done.
    """
    if plan.jobs:
        from srbench.inference.upscaler import pick_device

        pick_device(plan.options.device)
    records = dict(plan.cached)
    keeping = _Keeping(records, store, events, observe)
    failures = _train(plan, train)
    ready = []
    for job in plan.jobs:
        reason = failures.get(job.method.training.key) if job.method.training else None
        if reason is None:
            ready.append(job)
        else:
            from srbench.bench.measure import failed

            keeping.finished(job, failed(job, reason))
    executor.run(ready, keeping)
    return gather(plan, records)


def _train(plan: Plan, train: Callable[[TrainingJob], object] | None) -> dict[str, Exception]:
    """Train what is missing; gives why not, by key."""
    failures: dict[str, Exception] = {}
    for job in plan.trainings:
        if train is None:
            said = f"{job.stem} is not trained yet: srbench train --recipe {job.recipe.name}"
            failures[job.key] = TrainingError(said)
            continue
        try:
            train(job)
        except Exception as error:  # noqa: BLE001 - whatever a plugin's code raises costs its own cells only
            failures[job.key] = error
    return failures


class _Keeping:
    """Passes events on, and keeps the records on the way."""

    def __init__(
        self, records: dict[str, Record], store: Store | None, events: Events, observe: Callable[[Record], object]
    ) -> None:
        self.records = records
        self.store = store
        self.events = events
        self.observe = observe

    def started(self, job: Job) -> None:
        self.events.started(job)

    def image(self, job: Job, name: str) -> None:
        self.events.image(job, name)

    def finished(self, job: Job, records: list[Record]) -> None:
        for record in records:
            if self.store:
                self.store.put(record)
            self.records[record.cell.key] = record
            self.observe(record)
        self.events.finished(job, records)
