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
"""Largest number of parts between commas that are tried together as one name; the whole list is tried as well."""
WILDCARDS = frozenset("*?[")


def split_names(text: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """Split a list at its commas, but not inside known names that hold commas; the longest known name is taken.

    Args:
        text: The list, such as ``Set5,photos, 2024``.
        known: Function that returns whether a text is a known name.

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
    """Return the `names` that `pattern` matches, whatever their letter case: ``PCARN*`` matches ``pcarn-m``."""
    folded = pattern.casefold()
    return [name for name in names if fnmatchcase(name.casefold(), folded)]


def metrics_matching(pattern: str, names: Iterable[str]) -> list[str]:
    """Return the metrics of `names` that a pattern selects; those of a library, ``pyiqa:niqe``, by ``pyiqa:*`` alone.

    Raises:
        UnknownName: if it matches none.
    """
    return choose("metric", [pattern], (name for name in names if ":" in pattern or ":" not in name))


def choose(kind: str, texts: Sequence[str], names: Iterable[str], where: str = "") -> list[str]:
    """Return the `names` that a user's lists of names and patterns select, each once, in the order of the lists.

    Args:
        kind: Word for the names in messages, such as ``dataset``.
        texts: The user's lists.
        names: All names that can be chosen. An equal name comes first; then letter case, and spaces behind commas, do
            not matter.
        where: Words behind the name in messages, such as ``of plugin pcarn``.

    Raises:
        UnknownName: if a name is not one of them, or if a pattern matches none.
    """
    exact = dict.fromkeys(names)
    by_text: dict[str, str] = {}
    for name in exact:
        by_text.setdefault(_plain(name), name)  # of names that differ in case alone, the first

    def matches(text: str) -> list[str]:
        if text in exact:
            return [text]
        if name := by_text.get(_plain(text)):
            return [name]
        return [by_text[match] for match in matching(_plain(text), by_text)] if is_pattern(text) else []

    result: dict[str, None] = {}
    for text in texts:
        for entry in split_names(text, lambda whole: bool(matches(whole))):
            selected = matches(entry)
            if not selected:
                raise UnknownName(kind, entry, by_text.values(), where)
            result.update(dict.fromkeys(selected))
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
    """Return `text` in lower case without spaces around commas, for comparisons."""
    return ",".join(part.strip() for part in text.casefold().split(","))
