"""Execution of plans: trains and measures what is missing, stores it, and gathers the tables from all records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.bench.journal import RunJournal
from srbench.bench.results.gather import gather
from srbench.bench.tasks.measure_task import MeasureTask
from srbench.bench.tasks.plan_tasks import measure_tasks, train_tasks
from srbench.bench.tasks.shipping import ShippingExecutor
from srbench.bench.tasks.train_task import TrainTask
from srbench.device import pick_device
from srbench.errors import TrainingError
from srbench.execution.graph import closing, run_tasks
from srbench.records.lazy_records import RunRecords
from srbench.records.recorder import Recorder
from srbench.records.training_step import TrainingStep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.bench.events import RunEvents
    from srbench.bench.planning.job import Job
    from srbench.bench.planning.plan import Plan
    from srbench.bench.results.table_result import Result
    from srbench.execution.executor import Executor
    from srbench.execution.task import Outcome, Task
    from srbench.records.record import Record
    from srbench.records.store import Store


def run_plans(
    plans: Sequence[Plan],
    executor: Executor,
    events: RunEvents,
    store: Store | None,
    observe: Callable[[Record], object],
    *,
    trains: bool = False,
    retries: int = 0,
    executor_name: str = "local",
) -> list[Result]:
    """Train and measure everything that `plans` lack, shared work only once, and return their tables.

    Each record is stored as soon as it is measured. Failed cells are in the table, with their reason. If a training
    fails, the cells that need it fail; the next run tries it again.

    Args:
        plans: The plans, of one output folder.
        executor: Executor of the tasks, closed at the end.
        events: Receiver of progress.
        store: Store of records; None: nothing is stored.
        observe: Function called with each record after it is stored.
        trains: Whether missing trainings run; if not, the cells that need them fail.
        retries: Number of times that a failed task is run again.
        executor_name: Name of the executor, for the journal of the run.

    Raises:
        UsageError: if the device does not exist; nothing is trained or measured then.
    """
    root = store.root if store else Path("results")
    measures = measure_tasks(plans, root)
    devices = {plan.options.device for plan in plans if plan.jobs and executor_name == "local"}
    for device in devices - {"auto", "cpu"}:  # every machine has these two, and the check imports PyTorch
        pick_device(device)  # raises an error for a missing device before any work is done
    records = RunRecords([plan.cached for plan in plans], store.done if store else None)
    observer = _Observer(events, Recorder(events, store, observe, records))
    trainings = train_tasks(plans, root)
    if not trains:
        measures = observer.without_trainings(measures, trainings)
        trainings = []
    tasks: list[Task[Any]] = [*trainings, *measures]
    if not executor.shares(root):
        executor = ShippingExecutor(executor, root)
    with closing(executor):
        if store is None or not tasks:
            run_tasks(tasks, executor, observer, retries=retries, flaw=failed_cell)
        else:
            journal = RunJournal(observer, root, executor_name)
            for other in journal.begin(tasks):
                events.remark(
                    f"{root}: another srbench run (process {other.pid} on {other.host}) works in this folder; a "
                    "training that both need is waited for, and a cell that both measure is stored once"
                )
            with journal.beating():
                run_tasks(tasks, executor, journal, retries=retries, flaw=failed_cell)
                journal.end()
    return [gather(plan, records) for plan in plans]


def failed_cell(result: object) -> str:
    """Return the error of the first failed cell that may succeed in another try; empty if there is none."""
    records = result if isinstance(result, list) else []
    failed = (record for record in records if record.status == "failed" and not record.bad_input)
    return next((f"{record.cell.metric}: {record.error}" for record in failed), "")


class _Observer:
    """The link between the tasks of a run and the receivers of its events and records."""

    def __init__(self, events: RunEvents, recorder: Recorder[Job]) -> None:
        self._events = events
        self._recorder = recorder

    def without_trainings(self, measures: Sequence[MeasureTask], missing: Sequence[TrainTask]) -> list[MeasureTask]:
        """Return the measurements that need none of the `missing` trainings; the others fail."""
        jobs = {task.key: task.job for task in missing}
        ready = []
        for task in measures:
            job = next((jobs[key] for key in task.after if key in jobs), None)
            if job is None:
                ready.append(task)
                continue
            error = TrainingError(f"{job.stem} is not trained yet: srbench train --recipe {job.recipe.name}")
            self._recorder.finished(task.job, task.failed(error))
        return ready

    def started(self, task: Task[Any]) -> None:
        if isinstance(task, MeasureTask):
            self._recorder.started(task.job)
        elif isinstance(task, TrainTask):
            self._events.training_started(task)

    def reported(self, task: Task[Any], value: object) -> None:
        if isinstance(task, MeasureTask):
            self._recorder.image(task.job, str(value))
        elif isinstance(task, TrainTask) and isinstance(value, TrainingStep):
            self._events.training_step(task, value)
        else:
            self._events.remark(str(value))

    def retried(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        if isinstance(task, MeasureTask) and outcome.result:
            self._recorder.keep(outcome.result)
        self._events.remark(f"{task.label}: {outcome.reason}; it is tried again")

    def ended(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        if isinstance(task, MeasureTask):
            records = outcome.result if outcome.error is None else task.failed(outcome.error)
            self._recorder.finished(task.job, records or [])
            for cell, record in zip(task.job.cells, records or [], strict=False):
                self._recorder.records.setdefault(cell.key, record)  # times of another machine have another key
        elif isinstance(task, TrainTask):
            self._events.training_ended(task, outcome.reason)
