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
class Place:
    """The files of a task in the folder of the jobs, through which its job and the main process find each other."""

    folder: Path
    name: str

    @classmethod
    def of(cls, folder: Path, task: Task[Any]) -> Place:
        """Return the place of `task` in `folder`."""
        return cls(folder, sha256(task.key.encode()).hexdigest()[:32])

    @property
    def claim(self) -> Path:
        """Symbolic link to the id of the job that does the task, since a link and its target are created at once."""
        return self.folder / f"{self.name}.job"

    @property
    def reports(self) -> Path:
        """File with the pickled reports of the task; it is there as soon as the task runs."""
        return self.folder / f"{self.name}.reports"

    def holder(self) -> str:
        """Return the id of the job that does the task; empty: none does."""
        with suppress(OSError):
            return str(self.claim.readlink())
        return ""

    def claimed(self, job: str) -> str:
        """Note that `job` does the task unless another job does, and return the id of the job that does.

        A main process may be killed before it notes a job; the next one submits another, and only one may work.
        """
        with suppress(FileExistsError):
            self.claim.symlink_to(job)
        return self.holder()

    def clear(self) -> None:
        """Remove the files."""
        self.claim.unlink(missing_ok=True)
        self.reports.unlink(missing_ok=True)


@dataclass
class SlurmJob:
    """The work of a job: a function that submitit calls on the node, and whose return value it stores."""

    task: Task[Any]
    place: Place
    cwd: Path
    """Working folder of the main process, from which relative paths of the task start."""
    minutes: int
    """Time limit."""
    _began: float = field(default=0.0, init=False)
    _trains: bool = field(default=False, init=False)
    _stopped: str = field(default="", init=False)

    def __call__(self) -> Outcome[Any] | None:
        """Run the task, and return its outcome; None: another job does the task."""
        self._began = time.monotonic()
        environment = JobEnvironment()
        # left by a job that was requeued while it wrote its result; submitit would refuse to write another
        Path(f"{environment.paths.result_pickle}.save_tmp").unlink(missing_ok=True)
        if self.place.claimed(environment.job_id) != environment.job_id:
            return None
        self.place.reports.touch()
        if not self.cwd.exists():
            unseen = UnseenPath(f"{self.cwd}: not seen on node {environment.hostname}; {REMEDY}")
            return Outcome(error=unseen, lost=True)
        os.chdir(self.cwd)
        outcome = run_task(self.task, self._report, apart=True)
        if self._stopped == "requeued":  # the task has caught submitit's SystemExit; this job starts again
            os._exit(1)
        if self._stopped or isinstance(outcome.error, UncompletedJobError):
            error = RuntimeError(f"stopped at the time limit of {self.minutes} minutes; use a larger --time")
            return replace(outcome, result=None, error=error, lost=True)
        return outcome

    def checkpoint(self) -> DelayedSubmission | None:
        """Return what the job does when it starts again, before it is stopped; None: it doesn't, as it is out of time.

        A training goes on from its checkpoint. Other tasks begin anew, and would run out of time again.
        """
        late = time.monotonic() - self._began > NEARLY * 60 * self.minutes
        self._stopped = "out of time" if late and not self._trains else "requeued"
        return None if self._stopped != "requeued" else DelayedSubmission(replace(self))

    def _report(self, value: object) -> None:
        self._trains = self._trains or isinstance(value, TrainingStep)
        with self.place.reports.open("ab") as file:
            file.write(pickle.dumps(value))
