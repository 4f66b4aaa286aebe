"""Trainings and measurements as jobs of a Slurm cluster: ``srbench run --executor slurm``."""

from __future__ import annotations

from srbench import ExecutorOption, ExecutorSpec, hookimpl

OPTIONS = (
    ExecutorOption("max-running", "Number of jobs that run at the same time.", "integer", 1),
    ExecutorOption(
        "time", "Time limit of a job in minutes; trainings go on in another job.  [default: 60]", "integer", 1
    ),
    ExecutorOption("partition", "Partition of the jobs."),
    ExecutorOption("gpus", "GPUs of a job, but for those with --device cpu.", "integer", 1),
    ExecutorOption("mem", "Main memory of a job, such as 16G."),
    ExecutorOption("sbatch", "KEY=VALUE: another option of sbatch, such as account=lab; repeatable."),
)
EXECUTOR = ExecutorSpec(
    "slurm",
    "srbench_slurm.executor:SlurmExecutor",
    "job arrays of a Slurm cluster, whose nodes see the folder of --out",
    OPTIONS,
)


@hookimpl
def srbench_executors() -> list[ExecutorSpec]:
    """Return the executor."""
    return [EXECUTOR]
