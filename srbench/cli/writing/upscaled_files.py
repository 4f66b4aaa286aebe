"""Files of ``srbench upscale``: their names, and what keeps one picture from replacing another."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from srbench.errors import UsageError
from srbench.imaging.png_text import add_text, read_text
from srbench.storage.canonical_hash import canonical_hash
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from srbench.inference.method import ResolvedMethod

DIGITS = 16
"""Hex digits of the hashes in a mark."""


@dataclass(frozen=True)
class Mark:
    """The origin of an SR picture, as it is written into its PNG file."""

    method: str
    scale: float
    settings: str
    """Hash of the method's network, weights, wrappers and blend."""
    content: str
    """Hash of the bytes of the LR file."""
    place: str
    """Hash of the path of the LR file, so that a picture may be replaced once its LR file was edited."""

    @classmethod
    def of(cls, method: ResolvedMethod, scale: float, source: Path) -> Mark:
        """Return the mark of the picture that `method` makes of `source`.

        Raises:
            OSError: if the file cannot be read.
        """
        with source.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        place = hashlib.sha256(name_bytes(str(source.resolve()))).hexdigest()
        settings = canonical_hash(method.identity, DIGITS)
        return cls(method.name, float(scale), settings, content[:DIGITS], place[:DIGITS])

    @classmethod
    def read(cls, path: Path) -> Mark | None:
        """Return the mark in a file; None if there is none, so that the origin of the picture is unknown."""
        try:
            document = json.loads(read_text(path))
            return cls(**{name: kind(document[name]) for name, kind in FIELDS.items()})
        except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
            return None

    def write(self, path: Path) -> None:
        """Put the mark into the PNG file at `path`.

        Raises:
            OSError: if the file cannot be written.
        """
        add_text(path, json.dumps(asdict(self)))

    def may_replace(self, other: Mark) -> bool:
        """Return whether a picture with this mark is the other's, made again."""
        same_method = (self.method, self.scale, self.settings) == (other.method, other.scale, other.settings)
        return same_method and (self.content == other.content or self.place == other.place)


FIELDS: Mapping[str, Any] = {"method": str, "scale": float, "settings": str, "content": str, "place": str}


def name_targets(sources: Sequence[Path], out: Path, ending: str) -> dict[Path, Path]:
    """Return the SR file of each LR file: ``OUT/photo<ending>``, or ``OUT/photo.jpg<ending>`` beside a ``photo.png``.

    Names that differ in case alone count as equal, as some file systems take them.

    Args:
        sources: LR files.
        out: Folder of the SR files.
        ending: What follows the name of the LR file, such as ``_x4.png``.

    Raises:
        UsageError: if two files would still get the same name; the message names both.
    """
    stems = Counter(source.stem.casefold() for source in sources)
    targets: dict[Path, Path] = {}
    owners: dict[Path, Path] = {}
    for source in sources:
        name = source.stem if stems[source.stem.casefold()] == 1 else source.name
        target = out / f"{name}{ending}"
        if other := owners.get(target):
            raise UsageError(f"{source} and {other}: both would become {target}; rename one of them")
        owners[target], targets[source] = source, target
    return targets


def marks_of(method: ResolvedMethod, scale: float, sources: Sequence[Path]) -> dict[Path, Mark]:
    """Return the mark of the picture that `method` makes of each LR file; what can't be read has none."""
    marks: dict[Path, Mark] = {}
    for source in sources:
        with suppress(OSError):
            if source.is_file():
                marks[source] = Mark.of(method, scale, source)
    return marks


def refuse_overwriting(targets: Mapping[Path, Path], marks: Mapping[Path, Mark]) -> None:
    """Check that no existing file is the picture of another method, of other settings or of another LR file.

    Args:
        targets: SR file of each LR file.
        marks: Mark of the picture to be made of each LR file.

    Raises:
        UsageError: if one is; the message says whose it is.
    """
    for source, mark in marks.items():
        target = targets[source]
        if not os.path.isfile(target):  # noqa: PTH113 - a name that is too long is no file either
            continue
        existing = Mark.read(target)
        if existing is None or not mark.may_replace(existing):
            raise UsageError(
                f"{target}: is there already, {_whose(existing, mark)}; choose another --out, or add --overwrite"
            )


def _whose(existing: Mark | None, mark: Mark) -> str:
    if existing is None:
        return "and was not written by this version of srbench"
    if existing.method != mark.method:
        return f"made by {existing.method}"
    if (existing.scale, existing.settings) != (mark.scale, mark.settings):
        return f"made by {existing.method} with other weights or settings"
    return "made of another image"
