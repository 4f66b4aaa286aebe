"""The machine shared out among the workers of a run, and the CPU cores that this process has of it."""

from __future__ import annotations

import os
from contextlib import suppress

_WORKERS = 1


def share_machine(workers: int) -> None:
    """Note that `workers` processes of a run share the cores and the memory of this machine."""
    global _WORKERS  # noqa: PLW0603 - a fact about the process
    _WORKERS = workers


def workers() -> int:
    """Return the number of processes of the run on this machine, of which this is one."""
    return _WORKERS


def cores() -> int:
    """Return the number of CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_cores() -> int:
    """Return the number of CPU cores that are this process's alone; at least 1.

    It is `cores` shared out among the workers of the run, and at most ``OMP_NUM_THREADS``: who sets that (a person, a
    cluster, a test suite beside others) has shared out the cores already.
    """
    share = max(1, cores() // _WORKERS)
    with suppress(ValueError):  # not set, or a list for nested regions
        share = max(1, min(share, int(os.environ.get("OMP_NUM_THREADS", ""))))
    return share
