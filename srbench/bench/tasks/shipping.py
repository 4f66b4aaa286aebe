"""Execution of tasks on machines that don't see the output folder: the files that they need and write travel."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from srbench.errors import UsageError
from srbench.execution.task import Outcome
from srbench.storage.atomic import atomic_write
from srbench.training.storage.names import STATE, training_folders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.bench.tasks.measure_task import MeasureTask
    from srbench.bench.tasks.train_task import TrainTask
    from srbench.execution.executor import Executor, TaskObserver
    from srbench.execution.task import Needs, Report, Task


@dataclass(frozen=True)
class ShippedTask:
    """A task with the files that it needs, which runs in a folder of its own and returns the files that it wrote."""

    task: MeasureTask | TrainTask
    files: Mapping[str, bytes] = field(repr=False)
    """Contents by path relative to the output folder."""

    @classmethod
    def of(cls, task: MeasureTask | TrainTask, root: Path) -> Self:
        """Return `task` with the finished trainings that it needs.

        Raises:
            UsageError: if the task saves SR images, which would stay where it runs.
        """
        if getattr(getattr(task, "job", None), "save_to", None):
            raise UsageError(
                "--save-images: the workers don't see that folder; use an --out and a folder that they see"
            )
        finished = [job for job in task.trainings if job.done(root)]
        return cls(task, _files(root, (job.folder(root) for job in finished)))

    @property
    def key(self) -> str:
        """The key of the task."""
        return self.task.key

    @property
    def label(self) -> str:
        """The label of the task."""
        return self.task.label

    @property
    def after(self) -> tuple[str, ...]:
        """The keys of the tasks before."""
        return self.task.after

    @property
    def needs(self) -> Needs:
        """The needs of the task."""
        return self.task.needs

    def run(self, report: Report) -> tuple[Any, dict[str, bytes]]:
        """Run the task in a temporary folder; return its result, and the files that it wrote."""
        with tempfile.TemporaryDirectory(prefix="srbench-") as folder:
            root = Path(folder)
            _unpack(self.files, root)
            result = replace(self.task, root=root).run(report)
            written = _files(root, training_folders(root))
        return result, {path: data for path, data in written.items() if self.files.get(path) != data}


class ShippingExecutor:
    """An executor whose tasks run where the output folder is not seen.

    Args:
        executor: The executor.
        root: The output folder, which receives the files.
    """

    def __init__(self, executor: Executor, root: Path) -> None:
        self._executor = executor
        self._root = root
        self._refused: list[tuple[Task[Any], Outcome[Any]]] = []

    def submit(self, tasks: Sequence[Task[Any]], observer: TaskObserver) -> None:
        """Hand on the tasks, with the files that they need."""
        shipped = []
        for task in cast("Sequence[MeasureTask | TrainTask]", tasks):  # runs have no others
            try:
                shipped.append(ShippedTask.of(task, self._root))
            except UsageError as error:
                self._refused.append((task, Outcome(error=error)))
        self._executor.submit(shipped, _Unwrapped(observer))

    def wait(self) -> Iterable[tuple[Task[Any], Outcome[Any]]]:
        """Return the tasks that have ended, after their files are written."""
        if self._refused:
            refused, self._refused = self._refused, []
            return refused
        return [self._received(task, outcome) for task, outcome in self._executor.wait()]

    def _received(self, task: Task[Any], outcome: Outcome[Any]) -> tuple[Task[Any], Outcome[Any]]:
        if outcome.error is not None or outcome.result is None:
            return _unshipped(task), outcome
        result, files = outcome.result
        _unpack(files, self._root)
        return _unshipped(task), replace(outcome, result=result)

    def shares(self, folder: Path) -> bool:
        """Return whether all places where tasks run see `folder`."""
        return self._executor.shares(folder)

    def close(self, *, cancel: bool) -> None:
        """Close the executor."""
        self._executor.close(cancel=cancel)


class _Unwrapped:
    """An observer that receives the tasks themselves instead of the shipped ones."""

    def __init__(self, observer: TaskObserver) -> None:
        self._observer = observer

    def started(self, task: Task[Any]) -> None:
        self._observer.started(_unshipped(task))

    def reported(self, task: Task[Any], value: object) -> None:
        self._observer.reported(_unshipped(task), value)

    def retried(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        self._observer.retried(_unshipped(task), outcome)

    def ended(self, task: Task[Any], outcome: Outcome[Any]) -> None:
        self._observer.ended(_unshipped(task), outcome)


def _unshipped(task: Task[Any]) -> Task[Any]:
    return task.task if isinstance(task, ShippedTask) else task


def _files(root: Path, folders: Iterable[Path]) -> dict[str, bytes]:
    """Return the contents of the files of training folders, except checkpoints, which only resuming needs."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths if path.name != STATE}


def _unpack(files: Mapping[str, bytes], root: Path) -> None:
    """Write files under `root`, the cards last: a training counts as finished only with its card."""
    for name in sorted(files, key=lambda name: (name.endswith(".json"), name)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary:
            temporary.write_bytes(files[name])
