"""RealSR layout: one folder per camera, part and scale, with HR and LR side by side in each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.data.image_files import ImageFiles, index_by_stem, list_images
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PARTS = ("test", "train")
CAMERAS = ("canon", "nikon")
DEPTH = 3
"""Depth of the folders: camera, part and scale (``Canon/Test/4`` in version 3, ``Test/Canon/4`` in 1 and 2)."""
_FILE = re.compile(r"(?P<scene>.+)_(?:HR|LR(?P<scale>\d+))", re.IGNORECASE)
_EXAMPLE = "Canon_001_HR beside Canon_001_LR4"


def is_real_pairs(files: Iterable[Path]) -> bool:
    """Return whether `files` include at least one HR and one LR image with RealSR's file names."""
    matches = [match for file in files if (match := _FILE.fullmatch(file.stem))]
    return len({match["scale"] is None for match in matches}) == 2


def pair_folders(folder: Path, part: str) -> list[Path]:
    """Return the folders of pairs in and under `folder`, without those of the other part than `part`."""
    folders = [path for path in _below(folder, DEPTH) if is_real_pairs(list_images(path))]
    parts = {path: {name.casefold() for name in path.relative_to(folder).parts} & set(PARTS) for path in folders}
    return [path for path in folders if not parts[path] or part in parts[path]]


def real_pairs(folders: Iterable[Path]) -> tuple[tuple[ImageFiles, ...], bool]:
    """Return the pairs in `folders`, each with the scale in its LR file's name, and whether LR has the size of HR.

    A pair is named ``Canon_001x4``, since a scene may have one pair per scale. Versions 1 and 2 of the set have LR
    images of HR's size, version 3 has smaller ones; the size of the first pair decides.

    Raises:
        DataError: if an image lacks its partner, if two pairs have one name, or if the first pair can't be read.
    """
    images: dict[str, ImageFiles] = {}
    for folder in folders:
        for image in _pairs_in(folder):
            if (other := images.setdefault(image.name, image)) is not image:
                raise DataError(f"{image.hr}: {other.hr} has the same scene and scale; keep one of the two")
    first = min(images.values(), key=lambda image: image.hr)
    return tuple(images.values()), _size(first.hr) == _size(*first.lr.values())


def _below(folder: Path, depth: int) -> list[Path]:
    """Return `folder` and the folders of cameras, parts and scales in it, down to `depth` levels."""
    if not depth:
        return [folder]
    names = {*PARTS, *CAMERAS}
    entries = sorted(entry for entry in folder.iterdir() if entry.name.isdecimal() or entry.name.casefold() in names)
    return [folder, *(path for entry in entries if entry.is_dir() for path in _below(entry, depth - 1))]


def _pairs_in(folder: Path) -> list[ImageFiles]:
    files = index_by_stem(list_images(folder))
    named = {match: file for stem, file in files.items() if (match := _FILE.fullmatch(stem))}
    for file in sorted(set(files.values()) - set(named.values())):
        raise DataError(f"{file}: its name denotes neither an HR nor an LR image; expected {_EXAMPLE} here")
    hr = {match["scene"]: file for match, file in named.items() if match["scale"] is None}
    lr = {(match["scene"], int(match["scale"])): file for match, file in named.items() if match["scale"]}
    for scene in hr.keys() ^ {scene for scene, _ in lr}:
        alone = hr.get(scene) or next(file for (name, _), file in lr.items() if name == scene)
        raise DataError(f"{alone}: its partner is missing; expected {scene}_HR beside {scene}_LR2, _LR3 or _LR4")
    return [ImageFiles(f"{scene}x{scale}", hr[scene], {float(scale): file}) for (scene, scale), file in lr.items()]


def _size(path: Path) -> tuple[int, int]:
    from srbench.imaging.image_file import opened

    with opened(path) as image:
        return image.size
