"""SHA-256 of files, computed once and cached until the file changes."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING

from srbench.storage.atomic import atomic_write
from srbench.storage.roots import cache_dir
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def file_hash(path: Path) -> str:
    """Return the SHA-256 of the file's bytes as 64 hex digits."""
    return cached_hashes([path], "bytes", _sha256)[0]


def cached_hashes(paths: Sequence[Path], kind: str, compute: Callable[[Path], str]) -> list[str]:
    """Return the hash of each path, from a cache while the file's size and modification time stay the same.

    The cache is one JSON file per folder and `kind`, under ``hashes/`` of `cache_dir`. It is replaced atomically: of
    two processes that write at the same time the later wins, and the hashes of the other are computed again. A damaged
    cache counts as empty, and an unwritable one is not updated.

    Args:
        paths: Files to hash.
        kind: Name of the hash, part of the cache's file name.
        compute: Function that hashes a file that is not in the cache.
    """
    hashes: dict[Path, str] = {}
    for folder, files in groupby(sorted(path.absolute() for path in paths), key=lambda path: path.parent):
        hashes |= _hashes_in(folder, list(files), kind, compute)
    return [hashes[path.absolute()] for path in paths]


def _hashes_in(folder: Path, files: list[Path], kind: str, compute: Callable[[Path], str]) -> dict[Path, str]:
    cache = cache_dir() / "hashes" / f"{kind}-{hashlib.sha256(name_bytes(str(folder))).hexdigest()[:16]}.json"
    remembered = _read(cache)
    states = {file: _state(file) for file in files}
    unknown = [file for file, state in states.items() if state not in remembered]
    if unknown:
        with ThreadPoolExecutor() as pool:  # decoding and hashing both release the GIL
            remembered |= zip((states[file] for file in unknown), pool.map(compute, unknown), strict=True)
        with suppress(OSError), atomic_write(cache) as temporary:
            temporary.write_text(json.dumps(remembered))
    return {file: remembered[state] for file, state in states.items()}


def _state(file: Path) -> str:
    status = file.stat()
    return f"{file.name} {status.st_size} {status.st_mtime_ns}"


def _read(cache: Path) -> dict[str, str]:
    try:
        content = json.loads(cache.read_text())
    except (OSError, ValueError):
        return {}
    intact = isinstance(content, dict) and all(isinstance(digest, str) for digest in content.values())
    return content if intact else {}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
