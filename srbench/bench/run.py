"""Running a plan: what is missing is measured and stored, and the table is gathered from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.result import Result, gather

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.cell import Job
    from srbench.bench.plan import Plan
    from srbench.bench.record import Record
    from srbench.bench.store import Store
    from srbench.execution.executor import Events, Executor


def run_plan(
    plan: Plan, executor: Executor, events: Events, store: Store | None, observe: Callable[[Record], object]
) -> Result:
    """Measure what `plan` lacks and return its table.

    Each record is stored as soon as it is there, then `observe`d. Failed cells are in the table, with their reason.
    Raises `UsageError` for a device that isn't there, before anything is measured.
    """
    if plan.jobs:
        from srbench.inference.upscaler import pick_device

        pick_device(plan.options.device)
    records = dict(plan.cached)
    executor.run(plan.jobs, _Keeping(records, store, events, observe))
    return gather(plan, records)


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
