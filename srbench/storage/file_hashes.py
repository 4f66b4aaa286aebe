"""SHA-256 of files, computed once and cached until the file changes."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from itertools import groupby
from typing import TYPE_CHECKING

from srbench.errors import DataError, StoreError
from srbench.storage.atomic import atomic_write
from srbench.storage.json_file import read_json
from srbench.storage.regular_file import require_regular_file
from srbench.storage.roots import cache_dir
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_FRESH: ContextVar[bool] = ContextVar("fresh", default=False)
"""True within a block of `fresh_hashes`."""


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits.

    Raises:
        DataError: if the file is missing, is not a regular file, or can't be read.
    """
    return cached_hashes([path], "bytes", _sha256)[0]


def cached_hashes(paths: Sequence[Path], kind: str, compute: Callable[[Path], str]) -> list[str]:
    """Return the hash of each path, from a cache while the file's size, times and inode stay the same.

    The times are those of the last change of the content, which copies keep, and of the inode, which nothing sets back
    (on Windows: of creation). Bytes that decay on the disk change neither: `fresh_hashes` reads them again.

    The cache is one JSON file per folder and `kind`, under ``hashes/`` of `cache_dir`. It is replaced atomically: of
    two processes that write at the same time the later wins, and the hashes of the other are computed again. A damaged
    cache counts as empty, and an unwritable one is not updated.

    Args:
        paths: Files to hash.
        kind: Name of the hash, part of the cache's file name.
        compute: Function that hashes a file that is not in the cache.

    Raises:
        DataError: if a file is missing or can't be looked at.
    """
    hashes: dict[Path, str] = {}
    for folder, files in groupby(sorted(path.absolute() for path in paths), key=lambda path: path.parent):
        hashes |= _hashes_in(folder, list(files), kind, compute)
    return [hashes[path.absolute()] for path in paths]


@contextmanager
def fresh_hashes() -> Iterator[None]:
    """For the block, read every file whose hash is asked for, whatever the cache has; what is read replaces it."""
    token = _FRESH.set(True)
    try:
        yield
    finally:
        _FRESH.reset(token)


def _hashes_in(folder: Path, files: list[Path], kind: str, compute: Callable[[Path], str]) -> dict[Path, str]:
    """Return the hashes of files of one folder, by path."""
    cache = cache_dir() / "hashes" / f"{kind}-{hashlib.sha256(name_bytes(str(folder))).hexdigest()[:16]}.json"
    remembered = _read(cache)
    states = {file: _state(file) for file in files}
    unknown = [file for file, state in states.items() if state not in remembered or _FRESH.get()]
    if unknown:
        with ThreadPoolExecutor() as pool:  # decoding and hashing both release the GIL
            remembered |= zip((states[file] for file in unknown), pool.map(compute, unknown), strict=True)
        with suppress(OSError), atomic_write(cache) as temporary:
            temporary.write_text(json.dumps(remembered))
    return {file: remembered[state] for file, state in states.items()}


def _state(file: Path) -> str:
    """Return name, size, times and inode of a file as text, the key of its hash in the cache."""
    try:
        status = file.stat()
    except OSError as error:
        raise DataError(f"{file}: can't be read ({error.strerror}); get the file again") from error
    return f"{file.name} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _read(cache: Path) -> dict[str, str]:
    """Return the hashes in a cache file by `_state`; none if it is missing or damaged."""
    try:
        content = read_json(cache, StoreError, "it is made again")
    except StoreError:
        return {}
    intact = isinstance(content, dict) and all(isinstance(digest, str) for digest in content.values())
    return content if intact else {}


def _sha256(path: Path) -> str:
    require_regular_file(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path}: can't be read ({error.strerror}); get the file again") from error
