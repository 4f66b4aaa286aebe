"""The executor: arrays of Slurm jobs, watched through the files that they write and through ``squeue``."""

from __future__ import annotations

import math
import pickle
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from submitit.core.utils import JobPaths

from srbench import Outcome, UsageError
from srbench_slurm.cluster import Slurm
from srbench_slurm.job import REMEDY, SlurmJob, TaskFiles, UnseenPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench import ExecutorSetup, Task, TaskObserver

LARGEST = 1000
"""Number of jobs in an array; 1001 is Slurm's default of ``MaxArraySize``."""
POLL = 0.5
"""Seconds between looks at the files of the jobs."""
ASK = 5.0
"""Seconds between calls of ``squeue``."""
GRACE = 15.0
"""Seconds that the file of a result may take to be seen here after its job has ended."""
SILENT = 60.0
"""Seconds without an answer of ``squeue`` after which the user is warned."""
HELD = "launch failed requeued held"
"""State, as `Slurm.states` gives it, of a job that could not be started; it would wait for ever."""
ENDED = frozenset(
    {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED"}
    | {"TIMEOUT", HELD}
)
"""States of jobs that do not run any more."""
ADVICE = {"OUT_OF_MEMORY": "; use a larger --mem, or --tile", "TIMEOUT": "; use a larger --time"}
"""Advice to the user by the state in which a job ended."""


@dataclass
class SubmittedTask:
    """A task that was handed over, with its job."""

    task: Task[Any]
    observer: TaskObserver
    files: TaskFiles
    job: str = ""
    """Id of the job; empty: not submitted yet."""
    bytes_read: int = 0
    """Number of bytes of the reports that were passed on."""
    missing_since: float | None = None
    """Time at which the job was first seen to have ended without a result."""

    @property
    def kind(self) -> tuple[bool, bool]:
        """Kind of job: whether it needs a node for itself, and whether it may use a GPU; those of an array agree."""
        return self.task.needs.timed, self.task.needs.device != "cpu"

    @property
    def paths(self) -> JobPaths:
        """The files of submitit's job."""
        return JobPaths(self.files.folder, self.job, 0)

    def pass_on_reports(self) -> None:
        """Tell the observer that the task runs, and pass on the reports that were added to its file."""
        self.observer.started(self.task)
        with self.files.reports.open("rb") as file:
            file.seek(self.bytes_read)
            while True:
                try:
                    value = pickle.load(file)  # noqa: S301 - written by the job
                except (EOFError, pickle.UnpicklingError):  # the end, or a report that is being written
                    return
                self.bytes_read = file.tell()
                self.observer.reported(self.task, value)

    def result(self) -> Outcome[Any]:
        """Return the outcome that the job has stored."""
        kind, value = pickle.loads(self.paths.result_pickle.read_bytes())  # noqa: S301 - written by the job
        if isinstance(value, Outcome):
            return value
        reason = str(value).strip().splitlines()[-1] if kind == "error" else "another job did the task"
        return Outcome(error=RuntimeError(f"Slurm job {self.job} could not run: {reason}"), lost=True)

    def clear(self, *, failed: bool) -> None:
        """Remove the files of the task, except the output of a failed task."""
        self.files.clear()
        self.paths.submitted_pickle.unlink(missing_ok=True)
        self.paths.result_pickle.unlink(missing_ok=True)
        if not failed:
            self.paths.stdout.unlink(missing_ok=True)


class SlurmExecutor:
    """An executor whose tasks are jobs of a Slurm cluster.

    The folder ``slurm`` of the output folder has a file for each task that names its job. A main process that was
    stopped leaves its jobs running; the next one finds them there, and what they have finished meanwhile.

    Args:
        setup: Output folder and options.
        cluster: The cluster; None: as the options say.

    Raises:
        UsageError: if an option is wrong, or Slurm isn't installed or doesn't answer.
    """

    def __init__(self, setup: ExecutorSetup, cluster: Slurm | None = None) -> None:
        self._cluster = cluster or Slurm(setup)
        self._folder = (setup.out / "slurm").absolute()
        self._waiting: list[SubmittedTask] = []
        """Tasks whose job is not submitted yet."""
        self._running: dict[str, SubmittedTask] = {}
        self._ended: dict[str, tuple[SubmittedTask, Outcome[Any]]] = {}
        """Tasks that `wait` has returned last; their files stay until their outcomes are stored."""
        self._states: dict[str, str] | None = {}
        self._asked = self._answered = 0.0
        """Times of the last call and of the last answer of ``squeue``."""
        self._any_succeeded = False

    def submit(self, tasks: Sequence[Task[Any]], observer: TaskObserver) -> None:
        """Submit tasks, except those that a job of an earlier main process does or has done."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for task in tasks:
            if task.key in self._ended:  # it is tried again
                self._ended.pop(task.key)[0].clear(failed=True)
            item = SubmittedTask(task, observer, TaskFiles.of(self._folder, task))
            item.job = item.files.job()
            if item.job and (item.paths.result_pickle.exists() or self._is_active(item.job)):
                self._running[task.key] = item
                continue
            item.files.clear()
            self._waiting.append(item)
        self._submit_waiting()

    def wait(self) -> list[tuple[Task[Any], Outcome[Any]]]:
        """Return the next tasks that have ended; reports are passed on meanwhile."""
        self._clear_ended()
        while not self._ended:
            self._ask()
            names = {path.name for path in self._folder.iterdir()}
            for item in list(self._running.values()):
                try:
                    if item.files.reports.name in names:
                        item.pass_on_reports()
                    outcome = self._outcome(item, has_result=item.paths.result_pickle.name in names)
                except FileNotFoundError:  # another main process has just taken the result, and removed the files
                    continue
                if outcome:
                    del self._running[item.task.key]
                    self._ended[item.task.key] = (item, outcome)
            if not self._ended:
                time.sleep(POLL)
        self._submit_waiting()
        return [(item.task, outcome) for item, outcome in self._ended.values()]

    def shares(self, folder: Path) -> bool:  # noqa: ARG002 - of the interface
        """Return True: jobs and main process find each other in the output folder, so all must see it."""
        return True

    def close(self, *, cancel: bool) -> None:
        """Leave the jobs running, for the next main process, and tell the user so."""
        self._clear_ended()
        if cancel and self._running:
            arrays = dict.fromkeys(item.job.partition("_")[0] for item in self._running.values())
            warnings.warn(
                f"{len(self._running)} Slurm jobs go on, and the same srbench run finds them; to stop them: "
                f"scancel {' '.join(arrays)}",
                stacklevel=2,
            )

    def _clear_ended(self) -> None:
        """Remove the files of ended tasks, whose outcomes the main process has stored by now."""
        for item, outcome in self._ended.values():
            item.clear(failed=outcome.error is not None)
        self._ended.clear()

    def _submit_waiting(self) -> None:
        """Submit waiting tasks, in arrays of one kind; with a limit, only as many as may run besides the others."""
        limit = self._cluster.limit
        while self._waiting and (not limit or len(self._running) < limit):
            most = limit - len(self._running) if limit and self._running else LARGEST
            timed, gpu = kind = self._waiting[0].kind
            batch = [item for item in self._waiting if item.kind == kind][:most]
            work = [SlurmJob(item.task, item.files, Path.cwd(), self._cluster.minutes) for item in batch]
            jobs = self._cluster.submit(self._folder, work, exclusive=timed, gpu=gpu)
            for item, job in zip(batch, jobs, strict=True):
                item.job = item.files.claim(job)
                self._waiting.remove(item)
                self._running[item.task.key] = item

    def _ask(self) -> None:
        """Ask Slurm for the states of the jobs, at most every `ASK` seconds."""
        if time.monotonic() - self._asked < ASK:
            return
        self._states = self._cluster.states()
        self._asked = time.monotonic()
        if self._states is not None or not self._answered:
            self._answered = self._asked
        elif self._asked - self._answered > SILENT:
            warnings.warn("squeue doesn't answer; running jobs go on, and their results are waited for", stacklevel=2)
            self._answered = math.inf  # until it has answered again

    def _is_active(self, job: str) -> bool:
        """Return whether a job waits or runs, as far as is known."""
        self._ask()
        return self._states is None or self._states.get(job, "COMPLETED") not in ENDED

    def _outcome(self, item: SubmittedTask, *, has_result: bool) -> Outcome[Any] | None:
        """Return the outcome of a task whose job has ended; None if it has not.

        Args:
            item: The task.
            has_result: Whether the job has stored a result.

        Raises:
            UsageError: if the nodes don't see a folder, and no task has succeeded so far.
        """
        if has_result:
            outcome = item.result()
        elif self._is_active(item.job):
            item.missing_since = None
            return None
        else:
            now = time.monotonic()
            item.missing_since = item.missing_since or now
            if now - item.missing_since < GRACE:
                return None
            if not item.files.job():  # another main process has taken the result, and removed the files
                self._submit_again(item)
                return None
            outcome = self._lost(item)
        self._any_succeeded = self._any_succeeded or outcome.error is None
        if isinstance(outcome.error, UnseenPath) and not self._any_succeeded:
            self._cluster.cancel(other.job for other in self._running.values())
            self._running.clear()
            raise UsageError(f"--executor slurm: {outcome.error}")
        log = item.paths.stdout
        return replace(outcome, log=str(log) if outcome.error is not None and log.exists() else "")

    def _submit_again(self, item: SubmittedTask) -> None:
        """Submit a task once more; what its job has stored in the output folder is not done again."""
        del self._running[item.task.key]
        self._waiting.append(SubmittedTask(item.task, item.observer, item.files))
        self._submit_waiting()

    def _lost(self, item: SubmittedTask) -> Outcome[Any]:
        """Return the outcome of a job that has ended without a result."""
        state = (self._states or {}).get(item.job, "")
        self._cluster.cancel([item.job])  # a held job would be in the queue for ever
        if state in ("FAILED", HELD) and not item.paths.stdout.exists():
            unseen = f"{self._folder}: not seen on the node of job {item.job}, which wrote no log there; {REMEDY}"
            return Outcome(error=UnseenPath(unseen), lost=True)
        text = state.lower().replace("_", " ") or "not in the queue any more"
        error = RuntimeError(f"Slurm job {item.job} ended without a result: {text}{ADVICE.get(state, '')}")
        return Outcome(error=error, lost=True)
