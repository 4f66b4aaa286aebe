"""Extraction of images from zip and tar archives; member names never decide where a file is written."""

from __future__ import annotations

import gzip
import lzma
import posixpath
import re
import shutil
import stat
import tarfile
import zipfile
import zlib
from functools import partial
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

DAMAGE = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError, RuntimeError)
"""Errors that the readers raise for damaged archives; RuntimeError is an encrypted zip or an unknown compression."""


def extract_images(archive: Path, patterns: Mapping[str, str], target: Path) -> None:
    """Copy the members that match the globs to folders inside `target`, under their base names.

    Args:
        archive: The zip or tar archive.
        patterns: Folder inside `target` -> glob, which is matched from the right: ``Set5/HR/*.png`` matches
            ``benchmark/Set5/HR/baby.png``.
        target: The folder to extract to.

    Raises:
        DataError: if the archive is damaged or of another kind, if a member or link points outside of it, or if a glob
            matches nothing.
    """
    missing = set(patterns)
    members = _zip_members if zipfile.is_zipfile(archive) else _tar_members
    try:
        for name, open_member in members(archive):
            for folder, pattern in patterns.items():
                if PurePosixPath(name).match(pattern):
                    _copy(open_member, target / folder / PurePosixPath(name).name)
                    missing.discard(folder)
    except DAMAGE as error:
        raise DataError(f"{archive}: damaged, or neither zip nor tar ({error}); download it again") from error
    for folder in missing:
        raise DataError(
            f"{archive}: no member matches {patterns[folder]}; this is not the expected archive, download it again"
        )


def _copy(open_member: Callable[[], IO[bytes] | None], destination: Path) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    if (source := open_member()) is not None:
        with source, destination.open("xb") as copy:
            shutil.copyfileobj(source, copy)


def _zip_members(archive: Path) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            if stat.S_ISLNK(info.external_attr >> 16):
                _refuse_escape(archive, info.filename, opened.read(info).decode(errors="replace"))
                continue
            _refuse_escape(archive, info.filename)
            if not info.is_dir():
                yield info.filename, partial(opened.open, info)


def _tar_members(archive: Path) -> Iterator[tuple[str, Callable[[], IO[bytes] | None]]]:
    with tarfile.open(archive) as opened:
        for info in opened:
            _refuse_escape(archive, info.name, info.linkname if info.issym() else "")
            if info.islnk():  # a hard link names its target from the archive's root
                _refuse_escape(archive, info.linkname)
            if info.isreg():
                yield info.name, partial(opened.extractfile, info)


def _refuse_escape(archive: Path, name: str, link: str = "") -> None:
    """Raise `DataError` if `name`, or the target of the symbolic `link` of that name, lies outside the archive."""
    for path in (name, posixpath.join(posixpath.dirname(name), link)):
        normalised = posixpath.normpath(path.replace("\\", "/"))
        if normalised.startswith(("/", "../")) or normalised == ".." or re.match(r"[A-Za-z]:", normalised):
            to = f" to {link!r}" if link else ""
            raise DataError(f"{archive}: its member {name!r} points outside{to}; the archive is not unpacked")
