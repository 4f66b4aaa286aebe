"""The lock of a training folder."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from srbench.errors import StoreError, TrainingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def training_lock(file: Path, folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold an exclusive lock on a training folder, so that two processes cannot delete each other's checkpoints.

    The lock is released when the process ends, however it ends.

    Args:
        file: the lock file.
        folder: the training folder, for messages.
        wait: whether to wait for another process that holds the lock.

    Raises:
        TrainingError: if another process holds the lock, without `wait`.
        StoreError: if the lock file cannot be written.
    """
    lock = FileLock(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        if not wait:
            raise TrainingError(
                f"{folder}: another process is training it; wait for its end, or choose another --out"
            ) from None
        warnings.warn(f"{folder}: another process is training it; waiting for its end", stacklevel=2)
        lock.acquire()
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}; choose an --out that can be written") from error
    try:
        yield
    finally:
        lock.release()
        if not folder.exists():  # nothing was begun, so nothing is left
            file.unlink(missing_ok=True)
