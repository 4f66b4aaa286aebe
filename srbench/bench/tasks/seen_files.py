"""Check that the place where a task runs sees the files that it needs."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from srbench.bench.planning.job import Job


def check_seen(paths: Iterable[Path]) -> None:
    """Check that this machine, which may not be that of the main process, sees these folders and files.

    Args:
        paths: Absolute paths of the main process.

    Raises:
        DataError: if a path does not exist here.
    """
    for path in paths:
        if not path.exists():
            raise DataError(
                f"{path}: not seen on {socket.gethostname()}, where the task runs; give all machines the data and "
                "weights under the same path"
            )


def files_of(job: Job) -> list[Path]:
    """Return the folders and files that a measurement reads, except weights that are trained here."""
    method = job.method
    methods = [method, *method.members, *filter(None, (method.blend_with,))]
    weights = [part.weights for part in methods if part.weights and not part.training]
    metrics = [path for metric in job.metrics for _, path, _ in metric.weights]
    return [*(job.dataset.folders if job.dataset else ()), *weights, *metrics]
