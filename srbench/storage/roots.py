"""The folders that are searched for datasets and weights, and the cache folder among them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def cache_dir() -> Path:
    """Return the folder for downloads and cached hashes: ``SRBENCH_CACHE``, else the user's cache folder."""
    if override := os.environ.get("SRBENCH_CACHE"):
        return Path(override)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("srbench"))


def data_roots(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the folders to search, in order: `extra` (``--data``), those of ``SRBENCH_DATA`` and settings, the cache.

    Folders of ``SRBENCH_DATA`` and of settings files may be missing: an unmounted disk must not stop a run that does
    not need it.

    Raises:
        UsageError: if a folder of `extra` does not exist, or if a settings file is not valid.
    """
    from srbench.errors import UsageError  # here, as the start of the command line asks for the cache folder alone
    from srbench.settings import data_folders

    requested = tuple(Path(folder) for folder in extra)
    for folder in requested:
        if not folder.is_dir():
            raise UsageError(f"--data {folder}: no such folder; name an existing one")
    return tuple(dict.fromkeys((*requested, *data_folders(), cache_dir())))
