"""The commands of Slurm: what is submitted, how the jobs are, and what to tell the user if a command fails."""

from __future__ import annotations

import io
import shutil
import subprocess
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import submitit
from submitit.core.utils import FailedJobError

from srbench import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from srbench import ExecutorSetup

MINUTES = 60
"""Default of ``--time``."""
REQUEUES = 100
"""Number of times that a training may reach its time limit and go on."""
CPUS = "export SRUN_CPUS_PER_TASK=$SLURM_CPUS_ON_NODE"
"""Line of the job's script by which its step gets all CPUs of the job; since Slurm 22.05 it would get one."""


@dataclass(frozen=True)
class Slurm:
    """The cluster, with the user's options for its jobs."""

    limit: int = 0
    """Number of jobs at a time; 0: no limit."""
    minutes: int = MINUTES
    threads: int = 0
    """Number of CPUs of a job, and of PyTorch's threads in it; 0: as many threads as Slurm gives it CPUs."""
    gpus: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further options of sbatch."""

    @classmethod
    def of(cls, setup: ExecutorSetup) -> Self:
        """Return the cluster with the options of the command line, after a check that it answers.

        Raises:
            UsageError: if an option is wrong, Slurm isn't installed or doesn't answer.
            UnknownName: if there is no such partition.
        """
        options = setup.options
        partitions = ",".join(options.get("partition", ())).split(",")
        there = _call("sinfo", "--noheader", "--all", "--format=%R").split()
        for partition in filter(None, partitions):
            if partition not in there:
                raise UnknownName("partition", partition, there)
        more: dict[str, Any] = {"requeue": True}
        for name in ("partition", "mem"):
            if options.get(name):
                more[name] = ",".join(options[name])
        for pair in options.get("sbatch", ()):
            key, equals, value = pair.partition("=")
            more[key.lstrip("-")] = value if equals else True
        limit, minutes = options.get("max-running", 0), options.get("time", MINUTES)
        return cls(limit, minutes, setup.threads, options.get("gpus", 0), more)

    def submit(self, folder: Path, work: Sequence[Callable[[], Any]], *, exclusive: bool, gpu: bool) -> list[str]:
        """Submit a job array, and return the ids of its jobs.

        Args:
            folder: Folder for the files of the jobs.
            work: What each job does.
            exclusive: Whether a job needs a node for itself.
            gpu: Whether a job may use a GPU.

        Raises:
            UsageError: if Slurm refuses the array.
        """
        executor = submitit.SlurmExecutor(folder, max_num_timeout=REQUEUES)
        parameters: dict[str, Any] = {"exclusive": True} if exclusive else {}
        if gpu and self.gpus:
            parameters["gpus_per_node"] = self.gpus
        if self.threads:
            parameters["cpus_per_task"] = self.threads
        threads = self.threads or "${OMP_NUM_THREADS:-$SLURM_CPUS_ON_NODE}"
        executor.update_parameters(
            job_name="srbench",
            time=self.minutes,
            array_parallelism=self.limit or len(work),
            stderr_to_stdout=True,
            wckey=None,  # submitit's name, which clusters that track such keys don't know
            setup=[CPUS, f"export OMP_NUM_THREADS={threads}"],
            srun_args=["--open-mode=append"],  # a job that is requeued would begin its log anew
            additional_parameters=dict(self.options),
            **parameters,
        )
        try:
            with redirect_stderr(io.StringIO()):  # submitit prints there what its error says
                return [job.job_id for job in executor.submit_array(work)]
        except FailedJobError as error:
            raise UsageError(_words("sbatch", str(error))) from None

    def states(self) -> dict[str, str] | None:
        """Return the state of each of the user's jobs that are running, waiting or just ended; None: it isn't known.

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
        raise UsageError(_words(command, done.stderr))
    return done.stdout


def _words(command: str, output: str) -> str:
    """Return the message for a command that failed: the last line of its output, without what is before its text."""
    last = (output.strip().splitlines() or ["no reason is given"])[-1]
    text = last.removeprefix(f"{command}: ").removeprefix("error: ").removeprefix("fatal: ")
    advice = "check the options (srbench run --help)"
    if "contact" in text:
        advice = "is slurmctld running? (scontrol ping)"
    elif "configuration source" in text:
        advice = "this machine has no slurm.conf: run srbench on a login node, or name the file in SLURM_CONF"
    return f"--executor slurm: {command}: {text}; {advice}"
