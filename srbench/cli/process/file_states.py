"""The state of files and folders: cached output holds as long as they are the same."""

from __future__ import annotations

import os
from hashlib import blake2b

MOST = 20_000
"""Most files and folders that are looked at; where there are more, nothing is kept."""
UNREAD = ("__pycache__",)
"""Folders that Python writes by itself."""


class TooMany(OSError):
    """More files than can be looked at quickly."""


class States:
    """The states of files and folders, gathered in order: path, size and times of change, or that it is not there.

    The time at which the system saw the last change (ctime) is part of it: no program can set it back.

    Args:
        without: Folder that is left out of every tree.
    """

    def __init__(self, without: str = "") -> None:
        self._without = without
        self.newest = 0
        """Time of the last change of any file, in nanoseconds."""
        self._lines: list[str] = []
        self._folders: set[tuple[int, int]] = set()

    def digest(self) -> str:
        """Return a text that is the same if all states are."""
        text = "\n".join(self._lines)
        return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()

    def file(self, path: str) -> None:
        """Add a file, which need not be there."""
        try:
            state = os.stat(path)  # noqa: PTH116 - pathlib takes three times as long
        except (OSError, ValueError):
            self._add(f"{path}: -")
            return
        self._stat(path, state)

    def tree(self, folder: str) -> None:
        """Add a folder with all that is in it, also behind links.

        Raises:
            TooMany: if it holds more than can be looked at.
        """
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            self.file(folder)
            return
        self._add(f"{folder}/")
        for entry in entries:
            if entry.name in UNREAD or entry.path == self._without:
                continue
            try:
                if not entry.is_dir():
                    self._stat(entry.path, entry.stat())
                    continue
                state = entry.stat()
            except OSError:  # a link to nowhere
                self._add(f"{entry.path}: -")
                continue
            place = (state.st_dev, state.st_ino)
            self._add(f"{entry.path}: {place}")  # of a link to a folder that was looked at, this is all
            if place not in self._folders:
                self._folders.add(place)
                self.tree(entry.path)

    def distributions(self, folder: str) -> None:
        """Add the names in a folder of ``sys.path``, and the entry points of the distributions there."""
        try:
            names = sorted(set(os.listdir(folder)) - set(UNREAD))  # noqa: PTH208 - as above
        except OSError:
            self.file(folder)
            return
        self._add(f"{folder}: {'/'.join(names)}")
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                for described in ("entry_points.txt", "METADATA", "PKG-INFO"):
                    self.file(f"{folder}/{name}/{described}")

    def _stat(self, path: str, state: os.stat_result) -> None:
        self.newest = max(self.newest, state.st_mtime_ns, state.st_ctime_ns)
        self._add(f"{path}: {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}")

    def _add(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) > MOST:
            raise TooMany
