"""Extraction of images from zip and tar archives; member names never decide where a file is written."""

from __future__ import annotations

import errno
import os
import posixpath
import re
import stat
import tarfile
import zipfile
from functools import partial
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from srbench.data.fetch.bounded_reader import BoundedReader, largest_content, too_large
from srbench.errors import DataError
from srbench.storage.text_encoding import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LONGEST_LINK = 4096
"""Bytes of the target of a symbolic link that are read at most."""
LONGEST_NAME = 255
"""Bytes of the longest file name that file systems take."""
CHUNK = 1 << 20
"""Bytes that are copied at once."""
ENCRYPTED = 0x1
"""Bit of an encrypted member among the flags of a zip (APPNOTE.TXT, section 4.4.4)."""


def extract_images(archive: Path, patterns: Mapping[str, str], target: Path) -> None:
    """Copy the members that match the globs to folders inside `target`, under their base names.

    Args:
        archive: The zip or tar archive.
        patterns: Folder inside `target` -> glob, which is matched from the right: ``Set5/HR/*.png`` matches
            ``benchmark/Set5/HR/baby.png``.
        target: The folder to extract to.

    Raises:
        DataError: if the archive is damaged, encrypted or of another kind, if it decompresses to far more than images
            do, if a member or link points outside of it, if the name of a member can't be that of a file, if two
            members would become one file, or if a glob matches nothing.
        OSError: if a file can't be written.
    """
    missing = set(patterns)
    limit = Limit(archive)
    try:
        members = _zip_members if zipfile.is_zipfile(archive) else _tar_members
        for name, open_member in members(archive):
            for folder, pattern in patterns.items():
                if PurePosixPath(name).match(pattern):
                    _check_name(archive, name)
                    _copy(open_member, target / folder / PurePosixPath(name).name, limit)
                    missing.discard(folder)
    except DataError:
        raise
    except FileExistsError as error:
        name = PurePosixPath(str(error.filename)).name
        raise DataError(f"{archive}: two members would become {name}; the archive is not unpacked") from error
    except Exception as error:  # a damaged archive can raise anything
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise  # a file that can't be written; EINVAL is a member at a negative place in the archive
        raise DataError(f"{archive}: damaged, or neither zip nor tar ({_text(error)}); download it again") from error
    if missing:
        pattern = next(patterns[folder] for folder in patterns if folder in missing)
        raise DataError(f"{archive}: no member matches {pattern}; this is not the expected archive, download it again")


class Limit:
    """Count of the bytes that an archive may still be unpacked to."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._limit = self._left = largest_content(archive)

    def take(self, size: int) -> None:
        """Count `size` bytes.

        Raises:
            DataError: if fewer are left.
        """
        self._left -= size
        if self._left < 0:
            raise too_large(self._archive, self._limit)


def _text(error: Exception) -> str:
    """Return the message of an error on one line, at most 200 characters; without a message, the name of its type."""
    return readable(" ".join(str(error).split()))[:200] or type(error).__name__


def _check_name(archive: Path, name: str) -> None:
    """Raise `DataError` if the last part of a member's name can't be the name of a file."""
    last = PurePosixPath(name).name
    try:
        fits = 0 < len(os.fsencode(last)) <= LONGEST_NAME
    except UnicodeError:
        fits = False
    if not fits or any(ord(character) < ord(" ") for character in last):
        raise DataError(f"{archive}: its member {ascii(name)[:300]} has no name of a file; the archive is not unpacked")


def _copy(open_member: Callable[[], IO[bytes] | None], destination: Path, limit: Limit) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    if (source := open_member()) is not None:
        with source, destination.open("xb") as copy:
            while chunk := source.read(CHUNK):
                limit.take(len(chunk))
                copy.write(chunk)


def _zip_members(archive: Path) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            if stat.S_ISLNK(info.external_attr >> 16):
                with opened.open(info) as link:
                    _refuse_escape(archive, info.filename, link.read(LONGEST_LINK).decode(errors="replace"))
                continue
            _refuse_escape(archive, info.filename)
            if not info.is_dir():
                yield info.filename, partial(_open_zipped, archive, opened, info)


def _open_zipped(archive: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    if info.flag_bits & ENCRYPTED:
        raise DataError(f"{archive}: its member {info.filename!a} is encrypted; unpack it by hand")
    return opened.open(info)


def _tar_members(archive: Path) -> Iterator[tuple[str, Callable[[], IO[bytes] | None]]]:
    with (
        BoundedReader(archive, largest_content(archive)) as content,
        tarfile.open(fileobj=content, mode="r:") as opened,  # type: ignore[call-overload]  # it reads, seeks and tells
    ):
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
            to = f" to {ascii(link)[:300]}" if link else ""
            raise DataError(f"{archive}: its member {name!a} points outside{to}; the archive is not unpacked")
