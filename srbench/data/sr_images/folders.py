"""Search for the folder that holds the SR images of a dataset at a scale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.data.image_files import list_images
from srbench.data.naming.decorations import stated_scales
from srbench.data.naming.folder_scale import folder_scale
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from srbench.specs.images import ImagesSpec

FOLDER = "images"
"""Name of the folder of all SR images in a data root."""
BETWEEN = frozenset({"sr", "bi", "results", "images"})
"""Folders in authors' archives that say neither dataset nor scale (``SR/BI/RDN/Set5/x4``).

Other folders are not searched, since they hold other methods or degradations (``RDNplus``, ``BD``).
"""
DEPTH = 6
"""Levels of folders below that of a method that are searched."""


@dataclass(frozen=True)
class SrFolder:
    """Folder of SR images, with the dataset and the scale that its path states."""

    path: Path
    dataset: str
    """Name of the dataset, as the folder spells it."""
    scale: float | None
    """Scale; None if the names of the files state it."""

    @property
    def images(self) -> list[Path]:
        """Image files in the folder."""
        return list_images(self.path)


def sr_folders(spec: ImagesSpec, roots: Iterable[Path]) -> list[SrFolder]:
    """Return all folders of `spec` with images, root by root.

    The dataset and the scale are two folders in any order (``Set5/X4``, ``x4/Set5``), one (``Set5_x4``), or only the
    dataset (``Set5``), if there is only one scale or if the files state it. The names in `BETWEEN` and those of the
    method may stand in between.
    """
    return [
        described
        for base in _bases(spec, roots)
        for folder in _below(base, DEPTH)
        if list_images(folder) and (described := _described(folder, base, spec))
    ]


def find_sr_folder(spec: ImagesSpec, names: Iterable[str], scale: float, roots: Iterable[Path]) -> SrFolder | None:
    """Return the folder with the images of a dataset at `scale`, in the first root that has one; else None.

    Args:
        spec: The SR images.
        names: Names of the dataset, in any case.
        scale: Scale of the images.
        roots: Folders to search.

    Raises:
        DataError: if a root has several such folders.
    """
    folded = {name.casefold() for name in names}
    for root in roots:
        fitting = [
            folder
            for folder in sr_folders(spec, [root])
            if folder.dataset.casefold() in folded and _fits(folder, scale, spec)
        ]
        if len(fitting) > 1:
            raise DataError(f"{fitting[0].path}: {fitting[1].path} has the same SR images; keep one of the two")
        if fitting:
            return fitting[0]
    return None


def _fits(folder: SrFolder, scale: float, spec: ImagesSpec) -> bool:
    if folder.scale is not None:
        return folder.scale == scale
    return any(scale in stated_scales(file.stem, (*spec.labels, spec.name)) for file in folder.images)


def _bases(spec: ImagesSpec, roots: Iterable[Path]) -> Iterator[Path]:
    for root in roots:
        if (images := root / FOLDER).is_dir():
            entries = sorted(images.iterdir())
            yield from (entry for entry in entries if entry.name.casefold() in spec.labels and entry.is_dir())


def _below(folder: Path, depth: int) -> Iterator[Path]:
    if depth:
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.name.startswith("."):
                yield entry
                yield from _below(entry, depth - 1)


def _described(folder: Path, base: Path, spec: ImagesSpec) -> SrFolder | None:
    """Return the dataset and scale that the path of `folder` names; None if it names several things or no dataset."""
    datasets, scales = [], []
    for part in folder.relative_to(base).parts:
        name = part.casefold()
        if name in BETWEEN or name in spec.labels:
            continue
        if scale := folder_scale(name):
            scales.append(scale)
        elif (joined := re.fullmatch(r"(?P<dataset>.+?)[_-](?P<scale>[^_-]+)", part)) and (
            scale := folder_scale(joined["scale"], bare=False)
        ):
            datasets.append(joined["dataset"])
            scales.append(scale)
        else:
            datasets.append(part)
    if len(datasets) != 1 or len(scales) > 1:
        return None
    return SrFolder(folder, datasets[0], scales[0] if scales else spec.only_scale)
