"""Trainings and measurements on a Ray cluster: ``srbench run --executor ray``; Ray is an extra of srbench-ray."""

from __future__ import annotations

from srbench import ExecutorOption, ExecutorSpec, hookimpl

EXECUTOR = ExecutorSpec(
    "ray",
    build="srbench_ray.executor:RayExecutor",
    summary="tasks on the nodes of a Ray cluster",
    options=(
        ExecutorOption("address", "Cluster, HOST:PORT; without it RAY_ADDRESS, else a Ray of this machine."),
        ExecutorOption("gpus", "GPUs of a task, such as 0.5; without it 1 where the cluster has GPUs.", "number", 0),
        ExecutorOption("cpus", "CPUs, and threads, of a task; without it 1.", "integer", 1),
    ),
)


@hookimpl
def srbench_executors() -> list[ExecutorSpec]:
    """Return the executor on Ray."""
    return [EXECUTOR]
