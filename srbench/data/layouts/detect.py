"""How the files of a dataset lie in its folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from srbench.data.image_files import SUFFIXES, ImageFiles, index_by_stem, list_images, natural_sort_key
from srbench.data.layouts.hr_lr_folders import hr_folders, paired_images
from srbench.data.layouts.realsr import pair_folders, real_pairs
from srbench.data.layouts.selfexsr import is_selfexsr, selfexsr_images
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SPLITS = ("train", "test")
"""Subfolders that make up one set (BSDS500). Its ``val`` is left out: those 100 images are B100."""
_LR_NAME = re.compile(r".+_LR\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """What a folder turned out to hold."""

    images: tuple[ImageFiles, ...]
    lr_mode: str = ""
    """The imresize that the makers of this layout used; empty: the layout doesn't tell."""
    equal_size: bool = False
    """LR and HR have the same size (real pairs); `ImageFiles.lr` has one scale, 1 where the layout names none."""
    by_scale: bool = False
    """Each image is at the one scale that `ImageFiles.lr` has (real pairs, taken at one focal length)."""


def read_layout(folder: Path, names: Collection[str] = (), part: str = "test") -> Layout:
    """The images of `folder`, sorted by name as a person would (2 before 10).

    Known layouts: ``HR/`` alone, or with ``LR_bicubic/X2/`` ... (``babyx2.png`` or equal names), or with ``LR/`` (real
    pairs of equal size); the same with a prefix, as ``DIV2K_valid_HR/`` and ``DIV2K_valid_LR_bicubic/X2/``, of which
    the one in `names` is taken; SelfExSR's ``image_SRF_4/img_001_SRF_4_{HR,LR}.png``, or that folder itself; RealSR's
    ``Canon/Test/4/Canon_001_{HR,LR4}.png`` or ``Test/Canon/4/...``, of which `part` is taken, or a folder in there;
    images directly in the folder; images in ``train/`` and ``test/``.

    Raises `DataError` for a folder without images, for two layouts in one folder, for an LR image without its HR or an
    HR image without its LR, and for two images of one name.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder")
    layout = _recognise(folder, names, part)
    if not layout.images:
        raise DataError(f"{folder}: no images; expected them here or in HR/ ({', '.join(SUFFIXES)})")
    return replace(layout, images=tuple(sorted(layout.images, key=lambda image: natural_sort_key(image.name))))


def _recognise(folder: Path, names: Collection[str], part: str) -> Layout:
    subfolders = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    hr = hr_folders(subfolders)
    selfexsr = [image for entry in subfolders if entry.name.startswith("image_SRF_") for image in list_images(entry)]
    pairs = pair_folders(folder, part)
    parts = [entry for entry in subfolders if entry.name.lower() in SPLITS and entry not in pairs]
    splits = [image for entry in parts for image in list_images(entry)]
    loose = [] if folder in pairs else list_images(folder)

    kinds = {
        "HR/": hr,
        "image_SRF_*/": selfexsr,
        "pairs of HR and LR": pairs,
        "train/ or test/": splits,
        "images of its own": loose,
    }
    if len(found := [kind for kind, files in kinds.items() if files]) > 1:
        raise DataError(f"{folder}: holds {' beside '.join(found)}; keep one of them, or it isn't clear which is HR")

    if hr:
        images, equal_size = paired_images(*_one(folder, hr, names))
        return Layout(images, equal_size=equal_size)
    if pairs:
        images, equal_size = real_pairs(pairs)
        return Layout(images, equal_size=equal_size, by_scale=True)
    if selfexsr or is_selfexsr(loose):
        return Layout(selfexsr_images(selfexsr or loose), lr_mode="matlab-uint8-replicate")
    for file in loose:
        if _LR_NAME.fullmatch(file.stem):
            raise DataError(f"{file}: an LR image among others; expected HR/ with LR_bicubic/X4/, or LR/ of equal size")
    return Layout(tuple(ImageFiles(name, file) for name, file in index_by_stem(splits or loose).items()))


def _one(folder: Path, hr: dict[Path, str], names: Collection[str]) -> tuple[Path, str]:
    """The folder of HR images that is meant: DIV2K comes as ``DIV2K_train_HR`` and ``DIV2K_valid_HR`` in one folder."""
    wanted = {"", *(name.casefold() for name in names)}
    meant = [item for item in hr.items() if not names or item[1].rstrip("_").casefold() in wanted]
    if len(meant) != 1:
        there = ", ".join(f"{entry.name}/" for entry in hr)
        raise DataError(f"{folder}: holds {there}; expected one folder HR/{f' of {min(names)}' if names else ''}")
    return meant[0]
