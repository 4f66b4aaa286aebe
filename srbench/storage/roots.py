"""Which folders are searched for datasets and weights."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def cache_dir() -> Path:
    """The folder that downloads and hashes are kept in: ``SRBENCH_CACHE``, else the user's cache folder."""
    if override := os.environ.get("SRBENCH_CACHE"):
        return Path(override)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("srbench"))


def data_roots(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Folders to search, first one first: `extra` (``--data``), those of ``SRBENCH_DATA``, the cache.

    Raises `UsageError` where a folder of `extra` doesn't exist. Those of ``SRBENCH_DATA`` may be missing: a disk
    that isn't mounted must not stop a run that doesn't need it.
    """
    asked = tuple(Path(folder) for folder in extra)
    for folder in asked:
        if not folder.is_dir():
            raise UsageError(f"--data {folder}: no such folder")
    environment = (Path(folder) for folder in os.environ.get("SRBENCH_DATA", "").split(os.pathsep) if folder)
    return tuple(dict.fromkeys((*asked, *environment, cache_dir())))
