"""RealSR's folders: one a camera, part and scale, in each of them HR and LR side by side."""

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
"""Camera, part and scale: ``Canon/Test/4`` in version 3, ``Test/Canon/4`` in versions 1 and 2."""
_FILE = re.compile(r"(?P<scene>.+)_(?:HR|LR(?P<scale>\d+))", re.IGNORECASE)
_EXAMPLE = "Canon_001_HR beside Canon_001_LR4"


def is_real_pairs(files: Iterable[Path]) -> bool:
    """Whether `files` are named as RealSR names a scene's HR and LR image, of each at least one."""
    matches = [match for file in files if (match := _FILE.fullmatch(file.stem))]
    return len({match["scale"] is None for match in matches}) == 2


def pair_folders(folder: Path, part: str) -> list[Path]:
    """The folders of pairs in and under `folder`; where they are of a train and a test part, those of `part`."""
    found = [one for one in _below(folder, DEPTH) if is_real_pairs(list_images(one))]
    parts = {one: {name.casefold() for name in one.relative_to(folder).parts} & set(PARTS) for one in found}
    return [one for one in found if not parts[one] or part in parts[one]]


def real_pairs(folders: Iterable[Path]) -> tuple[tuple[ImageFiles, ...], bool]:
    """The pairs in `folders`, each with the one scale of its LR file's name, and whether LR has HR's size.

    A pair is called ``Canon_001x4``, as a scene may have one at each scale. Versions 1 and 2 of the set have LR images
    of HR's size, version 3 smaller ones: the first pair tells which. Raises `DataError` for an image without its
    partner, for two images of one name, and where that first pair can't be read.
    """
    images: dict[str, ImageFiles] = {}
    for folder in folders:
        for image in _pairs_in(folder):
            if (other := images.setdefault(image.name, image)) is not image:
                raise DataError(f"{image.hr}: {other.hr} is of the same scene and scale; keep one of the two")
    first = min(images.values(), key=lambda image: image.hr)
    return tuple(images.values()), _size(first.hr) == _size(*first.lr.values())


def _below(folder: Path, depth: int) -> list[Path]:
    """`folder`, and the folders of cameras, parts and scales in it."""
    if not depth:
        return [folder]
    names = {*PARTS, *CAMERAS}
    inner = sorted(one for one in folder.iterdir() if one.name.isdecimal() or one.name.casefold() in names)
    return [folder, *(found for one in inner if one.is_dir() for found in _below(one, depth - 1))]


def _pairs_in(folder: Path) -> list[ImageFiles]:
    files = index_by_stem(list_images(folder))
    named = {match: file for stem, file in files.items() if (match := _FILE.fullmatch(stem))}
    for file in sorted(set(files.values()) - set(named.values())):
        raise DataError(f"{file}: neither an HR nor an LR image by its name; expected {_EXAMPLE} here")
    hr = {match["scene"]: file for match, file in named.items() if match["scale"] is None}
    lr = {(match["scene"], int(match["scale"])): file for match, file in named.items() if match["scale"]}
    for scene in hr.keys() ^ {scene for scene, _ in lr}:
        alone = hr.get(scene) or next(file for (name, _), file in lr.items() if name == scene)
        raise DataError(f"{alone}: its partner is missing; expected {scene}_HR beside {scene}_LR2, _LR3 or _LR4")
    return [ImageFiles(f"{scene}x{scale}", hr[scene], {float(scale): file}) for (scene, scale), file in lr.items()]


def _size(path: Path) -> tuple[int, int]:
    from PIL import Image

    try:
        with Image.open(path) as image:
            return image.size
    except OSError as error:
        raise DataError(f"{path}: can't be read as an image ({error}); get the file again") from error
