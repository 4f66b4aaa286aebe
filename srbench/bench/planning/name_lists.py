"""Lists of names as a user types them: separated by commas, with patterns, and with names that hold commas."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONGEST = 8
"""Largest number of parts between commas that are tried together as one name, unless all are."""
WILDCARDS = frozenset("*?[")


def split_names(text: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """Split a list at its commas, but not inside names that are known: these are tried whole, the longest first.

    Args:
        text: The list, such as ``Set5,photos, 2024``.
        known: Tells whether a text is the name of something.

    Returns:
        The names without surrounding whitespace; empty ones are dropped.
    """
    parts, names = text.split(","), []
    while parts:
        counts = (len(parts), *range(min(len(parts) - 1, LONGEST), 1, -1))
        joined = ((count, ",".join(parts[:count]).strip()) for count in counts)
        count = next((count for count, name in joined if count == 1 or known(name)), 1)
        names.append(",".join(parts[:count]).strip())
        parts = parts[count:]
    return tuple(filter(None, names))


def is_pattern(text: str) -> bool:
    """Return whether `text` holds a wildcard of a pattern: ``*``, ``?`` or ``[``."""
    return not WILDCARDS.isdisjoint(text)


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """Return those of `names` that `pattern` matches, in any case: ``PCARN*`` matches ``pcarn-m``."""
    folded = pattern.casefold()
    return [name for name in names if fnmatchcase(name.casefold(), folded)]


def chosen(kind: str, texts: Sequence[str], names: Iterable[str], where: str = "") -> list[str]:
    """Return those of `names` that lists of names and patterns choose, each once, in the order of the lists.

    Args:
        kind: Word for the names in messages.
        texts: The lists.
        names: All names. An equal one comes first; then they are compared in any case, and with or without spaces
            behind their commas.
        where: Words behind the name in messages, such as ``of plugin pcarn``.

    Raises:
        UnknownName: if a name is not one of them, or if a pattern matches none.
    """
    exact = dict.fromkeys(names)
    by_text: dict[str, str] = {}
    for name in exact:
        by_text.setdefault(_plain(name), name)  # of names that differ in case alone, the first

    def found(text: str) -> list[str]:
        if text in exact:
            return [text]
        if alike := by_text.get(_plain(text)):
            return [alike]
        return [by_text[match] for match in matching(_plain(text), by_text)] if is_pattern(text) else []

    result: dict[str, None] = {}
    for text in texts:
        for name in split_names(text, lambda whole: bool(found(whole))):
            matches = found(name)
            if not matches:
                raise UnknownName(kind, name, by_text.values(), where)
            result.update(dict.fromkeys(matches))
    return list(result)


def is_folder(text: str) -> bool:
    """Return whether `text`, up to a ``#`` that names a part of a split, is the path of a folder."""
    return os.path.isdir(text) or os.path.isdir(text.partition("#")[0] or text)  # noqa: PTH112 - takes any text


def folders_matching(pattern: str) -> list[str]:
    """Return the paths of folders that match `pattern`."""
    return sorted(path for path in glob(pattern) if os.path.isdir(path))  # noqa: PTH207, PTH112 - takes any text


def folder_key(text: str) -> str:
    """Return the same text for all spellings of one folder: its resolved path, with the part behind ``#``."""
    if os.path.isdir(text):  # noqa: PTH112 - takes any text
        return str(Path(text).resolve())
    path, hash_sign, part = text.partition("#")
    return f"{Path(path).resolve()}{hash_sign}{part}"


def _plain(text: str) -> str:
    return ",".join(part.strip() for part in text.casefold().split(","))
