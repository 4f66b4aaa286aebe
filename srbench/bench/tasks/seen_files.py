"""Check that the place where a task runs sees the files that it needs."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from srbench.bench.planning.job import Job
    from srbench.inference.method import ResolvedMethod


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
    metrics = [path for metric in job.metrics for _, path, _ in metric.weights]
    return [*(job.dataset.folders if job.dataset else ()), *_files_of_method(job.method), *metrics]


def _files_of_method(method: ResolvedMethod) -> list[Path]:
    """Return the weights, SR images and training images of a method and of the methods that it is made of."""
    paths = [method.weights] if method.weights and not method.training else []
    paths += [*method.opened.files] if method.opened else []
    paths += [method.images.folder] if method.images else []
    paths += dict.fromkeys(folder for image in method.sigma_from for folder in image.dataset.folders)
    return [*paths, *(path for part in method.parts for path in _files_of_method(part))]
