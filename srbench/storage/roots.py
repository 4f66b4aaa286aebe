"""The folders that are searched for datasets and weights."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def cache_dir() -> Path:
    """Return the folder for downloads and cached hashes: ``SRBENCH_CACHE``, else the user's cache folder."""
    if override := os.environ.get("SRBENCH_CACHE"):
        return Path(override)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("srbench"))


def data_roots(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the folders to search, in order: `extra` (``--data``), those of ``SRBENCH_DATA``, the cache.

    Folders of ``SRBENCH_DATA`` may be missing: an unmounted disk must not stop a run that does not need it.

    Raises:
        UsageError: if a folder of `extra` does not exist.
    """
    requested = tuple(Path(folder) for folder in extra)
    for folder in requested:
        if not folder.is_dir():
            raise UsageError(f"--data {folder}: no such folder; name an existing one")
    environment = (Path(folder) for folder in os.environ.get("SRBENCH_DATA", "").split(os.pathsep) if folder)
    return tuple(dict.fromkeys((*requested, *environment, cache_dir())))
