"""Execution of tasks in the order of their dependencies, with retries."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError, SrbenchError
from srbench.execution.task import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from srbench.execution.executor import Executor, TaskObserver
    from srbench.execution.task import Task


def run_tasks(
    tasks: Iterable[Task[Any]],
    executor: Executor,
    observer: TaskObserver,
    *,
    retries: int = 0,
    flaw: Callable[[Any], str] = lambda _result: "",
) -> None:
    """Run all tasks, each as soon as the tasks that it waits for are finished.

    If a task fails, those that wait for it end with its error, and the others go on. A task that srbench refuses on
    purpose (bad input) fails at once; any other failure is tried again up to `retries` times.

    Args:
        tasks: The tasks; of several with one key, only the first runs.
        executor: Executor of the tasks (`closing`).
        observer: Receiver of progress and outcomes.
        retries: Number of times that a failed task is run again.
        flaw: Function that takes a result and returns why the task should be run again; empty if it should not. After
            the last try a result counts in spite of its flaw.

    Raises:
        PluginError: if tasks wait for each other.
    """
    by_key: dict[str, Task[Any]] = {}
    for task in tasks:
        by_key.setdefault(task.key, task)
    order = TopologicalSorter({key: [name for name in task.after if name in by_key] for key, task in by_key.items()})
    try:
        order.prepare()
    except CycleError as error:
        circle = " -> ".join(by_key[key].label for key in error.args[1])
        raise PluginError(f"tasks wait for each other: {circle}; break the circle") from None
    _run(order, by_key, executor, _Starts(observer), retries, flaw)


@contextmanager
def closing(executor: Executor) -> Iterator[Executor]:
    """Provide the executor for the block, and close it at the end; after an error, running tasks are stopped."""
    cancel = True
    try:
        yield executor
        cancel = False
    finally:
        executor.close(cancel=cancel)


def _run(
    order: TopologicalSorter[str],
    by_key: dict[str, Task[Any]],
    executor: Executor,
    observer: TaskObserver,
    retries: int,
    flaw: Callable[[Any], str],
) -> None:
    """Run the tasks of a prepared order; the arguments are those of `run_tasks`."""
    failed: dict[str, Outcome[Any]] = {}
    attempts: Counter[str] = Counter()
    running = 0

    def end(task: Task[Any], outcome: Outcome[Any]) -> None:
        if outcome.error is not None:
            failed[task.key] = outcome
        observer.ended(task, outcome)
        order.done(task.key)

    while order.is_active():
        ready = []
        for task in (by_key[key] for key in order.get_ready()):
            cause = next((failed[name] for name in task.after if name in failed), None)
            if cause:
                end(task, Outcome(error=cause.error, log=cause.log))
            else:
                ready.append(task)
        if ready:
            executor.submit(ready, observer)
            running += len(ready)
        if not running:
            continue
        for task, outcome in executor.wait():
            observer.started(task)
            attempts[task.key] += 1
            refused = isinstance(outcome.error, SrbenchError) and not outcome.lost
            flawed = flaw(outcome.result) if outcome.error is None and retries else ""
            if (flawed or (outcome.error is not None and not refused)) and attempts[task.key] <= retries:
                observer.retried(task, replace(outcome, error=SrbenchError(flawed)) if flawed else outcome)
                executor.submit([task], observer)
                continue
            running -= 1
            end(task, outcome)


class _Starts:
    """An observer that passes on one start of each task, which an executor may announce repeatedly, or not at all."""

    def __init__(self, observer: TaskObserver) -> None:
        self._observer = observer
        self._started: set[str] = set()

    def started(self, task: Task[Any]) -> None:
        if task.key not in self._started:
            self._started.add(task.key)
            self._observer.started(task)

    def reported(self, task: Task[Any], value: object) -> None:
        self.started(task)
        self._observer.reported(task, value)

    def retried(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        self._started.discard(task.key)
        self._observer.retried(task, outcome)

    def ended(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        self._observer.ended(task, outcome)
