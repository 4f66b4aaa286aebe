"""The folder of a training that begins: nothing is left of it, or lost for it, unless it reaches a checkpoint."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.training.storage.names import STATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def new_training(folder: Path, *, restart: bool) -> Iterator[None]:
    """Provide for the training in `folder`, which the block creates.

    If the block fails before the first checkpoint, e.g. since the data are refused, a folder that it created is
    removed. With `restart` the training that is there is set aside before, and it is back after such a failure.

    Raises:
        StoreError: if the training that is there can't be set aside.
    """
    aside = folder.with_name(f".{folder.name}.replaced")
    existed = folder.exists()
    try:
        if restart and existed:
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)
    except OSError as error:
        raise StoreError(f"{folder}: can't be replaced ({error.strerror or error}); choose another --out") from error
    begun = True
    try:
        yield
    except BaseException:
        begun = (folder / STATE).is_file()
        if not begun and (restart or not existed):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        if restart and existed:
            if begun:
                shutil.rmtree(aside, ignore_errors=True)
            else:
                aside.rename(folder)
