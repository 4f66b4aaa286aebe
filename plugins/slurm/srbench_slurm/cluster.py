"""The commands of Slurm: submission of jobs, their states, and messages for commands that fail."""

from __future__ import annotations

import io
import shutil
import subprocess
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any

import submitit
from submitit.core.utils import FailedJobError

from srbench import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from srbench import ExecutorSetup

MINUTES = 60
"""Default of ``--time``."""
REQUEUES = 100
"""Number of times that a training may reach its time limit and go on."""
CPUS = "export SRUN_CPUS_PER_TASK=$SLURM_CPUS_ON_NODE"
"""Line of the job's script by which its step gets all CPUs of the job; since Slurm 22.05 it would get one."""


class Slurm:
    """A cluster, with the user's options for its jobs.

    Args:
        setup: Number of threads, and the options of the command line.

    Raises:
        UsageError: if Slurm isn't installed or doesn't answer.
        UnknownName: if there is no such partition.
    """

    def __init__(self, setup: ExecutorSetup) -> None:
        options = setup.options
        partition = ",".join(options.get("partition", ()))
        known = _call("sinfo", "--noheader", "--all", "--format=%R").split()
        if unknown := [name for name in partition.split(",") if name and name not in known]:
            raise UnknownName("partition", unknown[0], known)
        self.limit: int = options.get("max-running", 0)
        """Number of jobs that may run at the same time; 0: no limit."""
        self.minutes: int = options.get("time", MINUTES)
        """Time limit of a job."""
        self._gpus: int | None = options.get("gpus")
        threads = setup.threads or "${OMP_NUM_THREADS:-$SLURM_CPUS_ON_NODE}"
        more: dict[str, str | bool] = {"requeue": True}
        for option in options.get("sbatch", ()):
            key, equals, value = option.partition("=")
            more[key.lstrip("-")] = value if equals else True
        self._parameters: dict[str, Any] = {  # of submitit, which leaves out those that are None
            "job_name": "srbench",
            "time": self.minutes,
            "partition": partition or None,
            "mem": ",".join(options.get("mem", ())) or None,
            "cpus_per_task": setup.threads or None,
            "stderr_to_stdout": True,
            "wckey": None,  # submitit's name, which clusters that track such keys don't know
            "setup": [CPUS, f"export OMP_NUM_THREADS={threads}"],
            "srun_args": ["--open-mode=append"],  # a job that is requeued would begin its log anew
            "additional_parameters": more,
        }

    def submit(self, folder: Path, work: Sequence[Callable[[], Any]], *, exclusive: bool, gpu: bool) -> list[str]:
        """Submit a job array, and return the ids of its jobs.

        Args:
            folder: Folder for the files of the jobs.
            work: The function of each job.
            exclusive: Whether a job needs a node for itself.
            gpu: Whether a job may use a GPU.

        Raises:
            UsageError: if Slurm refuses the array.
        """
        executor = submitit.SlurmExecutor(folder, max_num_timeout=REQUEUES)
        executor.update_parameters(
            **self._parameters,
            array_parallelism=self.limit or len(work),
            exclusive=exclusive or None,
            gpus_per_node=self._gpus if gpu else None,
        )
        try:
            with redirect_stderr(io.StringIO()):  # submitit prints there what its error says
                return [job.job_id for job in executor.submit_array(work)]
        except FailedJobError as error:
            raise UsageError(_failure("sbatch", str(error))) from None

    def states(self) -> dict[str, str] | None:
        """Return the states of the user's jobs that run, wait or have just ended, by id; None if they are unknown.

        A cluster without accounting has no ``sacct``, and forgets ended jobs after some minutes (``MinJobAge``).
        """
        try:
            lines = _call("squeue", "--noheader", "--me", "--array", "--states=all", "--format=%i|%T|%r").splitlines()
        except UsageError:
            return None
        jobs = (line.split("|", 2) for line in lines)
        return {job: reason if "launch failed" in reason else state for job, state, reason in jobs}

    def cancel(self, jobs: Iterable[str]) -> None:
        """Stop jobs; those that have ended already are left out."""
        subprocess.run(["scancel", *jobs], check=False, capture_output=True)  # noqa: S603, S607


def _call(command: str, *options: str) -> str:
    """Return the output of a command of Slurm.

    Raises:
        UsageError: if it is not installed or fails.
    """
    if not shutil.which(command):
        raise UsageError(
            f"--executor slurm: {command} isn't installed here; run srbench on a login node of the cluster, or install "
            "Slurm's commands (Debian: apt-get install slurm-client)"
        )
    done = subprocess.run([command, *options], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise UsageError(_failure(command, done.stderr))
    return done.stdout


def _failure(command: str, output: str) -> str:
    """Return the message for a command that failed, with the last line of its output and advice."""
    last = (output.strip().splitlines() or ["no reason is given"])[-1]
    text = last.removeprefix(f"{command}: ").removeprefix("error: ").removeprefix("fatal: ")
    advice = "check the options (srbench run --help)"
    if "contact" in text:
        advice = "is slurmctld running? (scontrol ping)"
    elif "configuration source" in text:
        advice = "this machine has no slurm.conf: run srbench on a login node, or name the file in SLURM_CONF"
    return f"--executor slurm: {command}: {text}; {advice}"
