"""The job of a task, as it runs on a node of the cluster."""

from __future__ import annotations

import os
import pickle
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from submitit import JobEnvironment
from submitit.core.utils import DelayedSubmission, UncompletedJobError

from srbench import DataError, Outcome, TrainingStep, run_task

if TYPE_CHECKING:
    from srbench import Task

NEARLY = 0.8
"""Share of the time limit after which a stop is a time-out (submitit's rule)."""
REMEDY = "use folders on a file system that all nodes see, or leave the node out (--sbatch exclude=NODE)"


class UnseenPath(DataError):
    """A folder that a node of the cluster doesn't see."""


@dataclass(frozen=True)
class TaskFiles:
    """The files of a task in the folder of the jobs, by which its job and the main process find each other."""

    folder: Path
    name: str
    """Name of the files without suffix."""

    @classmethod
    def of(cls, folder: Path, task: Task[Any]) -> TaskFiles:
        """Return the files of `task` in `folder`."""
        return cls(folder, sha256(task.key.encode()).hexdigest()[:32])

    @property
    def job_link(self) -> Path:
        """Symbolic link whose target is the id of the job; unlike a file, it appears together with its content."""
        return self.folder / f"{self.name}.job"

    @property
    def reports(self) -> Path:
        """File with the pickled reports of the task; it exists as soon as the task runs."""
        return self.folder / f"{self.name}.reports"

    def job(self) -> str:
        """Return the id of the job that does the task; empty if there is none."""
        with suppress(OSError):
            return str(self.job_link.readlink())
        return ""

    def claim(self, job: str) -> str:
        """Make `job` the job of the task unless there is one already, and return the id of the task's job.

        A main process may be killed before it claims for a job; the next one submits another, and only one may work.
        """
        with suppress(FileExistsError):
            self.job_link.symlink_to(job)
        return self.job()

    def clear(self) -> None:
        """Remove the files."""
        self.job_link.unlink(missing_ok=True)
        self.reports.unlink(missing_ok=True)


@dataclass
class SlurmJob:
    """The work of a job: a function that submitit calls on the node, and whose return value it stores."""

    task: Task[Any]
    files: TaskFiles
    cwd: Path
    """Working folder of the main process, from which relative paths of the task start."""
    minutes: int
    """Time limit."""
    _began: float = field(default=0.0, init=False)
    _trains: bool = field(default=False, init=False)
    """Whether the task has taken a step of a training."""
    _requeued: bool = field(default=False, init=False)
    _timed_out: bool = field(default=False, init=False)

    def __call__(self) -> Outcome[Any] | None:
        """Run the task, and return its outcome; None if another job does the task."""
        self._began = time.monotonic()
        environment = JobEnvironment()
        # left by a job that was requeued while it wrote its result; submitit would refuse to write another
        Path(f"{environment.paths.result_pickle}.save_tmp").unlink(missing_ok=True)
        if self.files.claim(environment.job_id) != environment.job_id:
            return None
        self.files.reports.touch()
        if not self.cwd.exists():
            unseen = UnseenPath(f"{self.cwd}: not seen on node {environment.hostname}; {REMEDY}")
            return Outcome(error=unseen, lost=True)
        os.chdir(self.cwd)
        outcome = run_task(self.task, self._report, apart=True)
        # at its signal, submitit raises one of two errors, which the task may have caught: UncompletedJobError if the
        # job has no time or no requeue left, SystemExit if it has requeued the job
        if self._timed_out or isinstance(outcome.error, UncompletedJobError):
            error = RuntimeError(f"stopped at the time limit of {self.minutes} minutes; use a larger --time")
            return replace(outcome, result=None, error=error, lost=True)
        if self._requeued:
            os._exit(1)
        return outcome

    def checkpoint(self) -> DelayedSubmission | None:
        """Return the work of the job for its next start, at the signal before it is stopped; None if it is out of time.

        A training goes on from its checkpoint. Other tasks begin anew, and would run out of time again.
        """
        late = time.monotonic() - self._began > NEARLY * 60 * self.minutes
        if late and not self._trains:
            self._timed_out = True
            return None
        self._requeued = True
        return DelayedSubmission(replace(self))

    def _report(self, value: object) -> None:
        """Add a report to the file of reports."""
        self._trains = self._trains or isinstance(value, TrainingStep)
        with self.files.reports.open("ab") as file:
            file.write(pickle.dumps(value))
