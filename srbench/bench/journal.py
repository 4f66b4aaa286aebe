"""The journal of a run: a file that says which tasks wait, run, have ended or failed, for ``srbench status``."""

from __future__ import annotations

import json
import math
import os
import socket
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

import psutil

from srbench.bench.tasks.train_task import TrainTask
from srbench.errors import StoreError
from srbench.records.training_step import TrainingStep
from srbench.storage.atomic import write_atomically
from srbench.storage.json_file import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from srbench.execution.executor import TaskObserver
    from srbench.execution.task import Outcome, Task

FOLDER = ".runs"
"""Name of the folder of journals, in the output folder."""
KEPT = 5
"""Number of journals of ended runs that stay."""
PAUSE = 2.0
"""Least seconds between two writes; the last write does not wait."""
BEAT = 30.0
"""Most seconds between two writes while the run lives."""
SILENT = 300.0
"""Seconds after which a run on another machine that has written nothing has probably died."""
SCHEMA = 1

State = Literal["waiting", "running", "done", "failed"]
STATES: tuple[State, ...] = ("running", "waiting", "done", "failed")


@dataclass
class TaskState:
    """The state of a task."""

    label: str
    kind: Literal["training", "measurement"]
    state: State = "waiting"
    started: float = 0.0
    """Time of the start, in seconds since 1970; 0: it has not started."""
    seconds: float = 0.0
    """Time from start to end; 0: it has not ended."""
    step: int = 0
    steps: int = 0
    """Steps of a running training, as of its last report."""
    steps_per_second: float = 0.0
    """Speed of a running training, as of its last report; 0: it has reported nothing yet."""
    reason: str = ""
    """Why it failed."""


@dataclass
class RunState:
    """The state of a run, as a journal holds it."""

    pid: int
    host: str
    executor: str
    started: float
    updated: float
    ended: bool = False
    """Whether the run came to its end; False also for an interrupted run."""
    tasks: dict[str, TaskState] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the state in the journal at `path`.

        Raises:
            StoreError: if it can't be read, or is damaged.
        """
        document = read_json(path, StoreError, "remove it")
        try:
            tasks = {key: TaskState(**task) for key, task in document.pop("tasks").items()}
            document.pop("schema")
            run = cls(**document, tasks=tasks)
            numbers = [run.pid, run.started, run.updated]
            for task in tasks.values():
                numbers += [task.started, task.seconds, task.step, task.steps, task.steps_per_second]
            finite = all(map(math.isfinite, numbers))
        except (TypeError, KeyError, AttributeError) as error:
            raise StoreError(f"{path}: damaged, or of another srbench ({error}); remove it") from error
        if not finite:
            raise StoreError(f"{path}: damaged (a number is not finite); remove it")
        return run

    @property
    def alive(self) -> bool | None:
        """Whether the run's main process is still there; None: unknown, since it runs on another machine."""
        if self.ended:
            return False
        if self.host != socket.gethostname():
            return None
        with suppress(psutil.Error):  # a later process may have got the same number
            return psutil.Process(self.pid).create_time() <= self.started + 1
        return False

    def silent(self, now: float) -> bool:
        """Return whether a run on another machine has written nothing for so long that it has probably died.

        Args:
            now: The time, in seconds since 1970.
        """
        return self.alive is None and now - self.updated > SILENT

    def count(self) -> Counter[tuple[str, str]]:
        """Return the number of tasks by kind and state."""
        return Counter((task.kind, task.state) for task in self.tasks.values())

    def seconds_left(self) -> float | None:
        """Return the estimated seconds to the end of the run, if as many tasks go on running as run now.

        A task that reports its steps goes on at its speed; any other takes the mean time of its kind. None if no time
        is known for a kind of task that is still to do.
        """
        left = 0.0
        for kind in ("training", "measurement"):
            tasks = [task for task in self.tasks.values() if task.kind == kind]
            open_tasks = [task for task in tasks if task.state in {"waiting", "running"}]
            if not open_tasks:
                continue
            stepping = [task for task in open_tasks if task.steps_per_second > 0]
            others = len(open_tasks) - len(stepping)
            durations = [task.seconds for task in tasks if task.state == "done"]
            durations += [task.steps / task.steps_per_second for task in stepping]
            if others and not durations:
                return None
            left += sum((task.steps - task.step) / task.steps_per_second for task in stepping)
            left += others * sum(durations) / len(durations) if others else 0.0
        running = max(1, sum(task.state == "running" for task in self.tasks.values()))
        return left / running


class RunJournal:
    """The journal of a run, kept up to date while its tasks run; it passes all events on.

    Args:
        observer: Receiver of all events.
        out: Output folder, in whose ``.runs`` the journal is.
        executor: Name of the executor.
    """

    def __init__(self, observer: TaskObserver, out: Path, executor: str) -> None:
        self._observer = observer
        now = time.time()
        host = socket.gethostname()
        self.state = RunState(os.getpid(), host, executor, now, now)
        self.path = out / FOLDER / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(now))}-{host}-{os.getpid()}.json"
        self._written = 0.0
        self._due = False
        self._writing = threading.Lock()

    def begin(self, tasks: Iterable[Task[Any]]) -> list[RunState]:
        """Write down the tasks of the run, and return the other runs that work in the same folder."""
        for task in tasks:
            training = isinstance(task, TrainTask)
            self.state.tasks[task.key] = TaskState(task.label, "training" if training else "measurement")
        others = read_runs(self.path.parent.parent)
        now = time.time()
        for path in [path for path, state in others if state.alive is False or state.silent(now)][KEPT - 1 :]:
            path.unlink(missing_ok=True)
        self._write(last=True)
        return [state for _, state in others if state.alive is not False and not state.silent(now)]

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Keep the journal up to date within the block, in which the tasks run, even if no event comes for long.

        A thread writes events that came too soon after another write, and a sign of life every `BEAT` seconds.
        """
        finished = threading.Event()

        def beat() -> None:
            while not finished.wait(min(PAUSE, 1.0)):
                if self._due or time.monotonic() - self._written > BEAT:
                    with suppress(StoreError, OSError):  # the next event tells the user
                        self._write()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            finished.set()
            thread.join()

    def end(self) -> None:
        """Write down that the run came to its end."""
        self.state.ended = True
        self._write(last=True)

    def started(self, task: Task[Any]) -> None:
        """Note the start of a task."""
        entry = self.state.tasks[task.key]
        entry.state, entry.started = "running", time.time()
        self._write()
        self._observer.started(task)

    def reported(self, task: Task[Any], value: object) -> None:
        """Note how far a training is."""
        if isinstance(value, TrainingStep):
            entry = self.state.tasks[task.key]
            entry.step, entry.steps, entry.steps_per_second = value.step, value.steps, value.steps_per_second
            self._write()
        self._observer.reported(task, value)

    def retried(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        """Note that a task waits again."""
        entry = self.state.tasks[task.key]
        entry.state, entry.reason, entry.steps_per_second = "waiting", outcome.reason, 0.0
        self._observer.retried(task, outcome)

    def ended(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        """Note the end of a task, after its results are stored."""
        self._observer.ended(task, outcome)
        entry = self.state.tasks[task.key]
        entry.state = "failed" if outcome.error or _failed(outcome.result) else "done"
        entry.reason = outcome.reason or _failed(outcome.result)
        entry.seconds = time.time() - entry.started if entry.started else 0.0
        self._write()

    def _write(self, *, last: bool = False) -> None:
        """Write the journal, unless that was done within `PAUSE` and this is not the last write."""
        with self._writing:
            now = time.monotonic()
            self._due = not last and now - self._written < PAUSE
            if self._due:
                return
            self._written = now
            self.state.updated = time.time()
            document = {"schema": SCHEMA, **vars(self.state)}
            document["tasks"] = {key: vars(task) for key, task in self.state.tasks.items()}
            with suppress(StoreError):  # of a full disk: what is measured counts, not how far the run is
                write_atomically(self.path, json.dumps(document))


def _failed(result: object) -> str:
    """Return the first error among the records of a measurement; empty if none failed."""
    records = result if isinstance(result, list) else []
    return next((record.error for record in records if record.status == "failed"), "")


def read_runs(out: Path) -> list[tuple[Path, RunState]]:
    """Return the journals in an output folder with their states, the latest first; damaged ones are left out."""
    runs: list[tuple[Path, RunState]] = []
    paths: Sequence[Path] = sorted((out / FOLDER).glob("*.json"), reverse=True)
    for path in paths:
        with suppress(StoreError):
            runs.append((path, RunState.read(path)))
    return runs
