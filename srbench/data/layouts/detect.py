"""Detection of a dataset's folder layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srbench.data.image_files import (
    SUFFIXES,
    FileRemark,
    ImageFiles,
    index_by_stem,
    list_images,
    list_unread,
    natural_sort_key,
)
from srbench.data.layouts.hr_lr_folders import hr_folders, paired_images, unused_lr_remarks
from srbench.data.layouts.realsr import is_real_pairs, pair_folders, real_pairs
from srbench.data.layouts.selfexsr import is_selfexsr, selfexsr_images
from srbench.data.naming.files import first_names, left_out
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

SPLITS = ("train", "test")
"""Subfolders that form one set together (BSDS500). Its ``val`` is left out, since those 100 images are B100."""
_LR_NAME = re.compile(r".+_LR\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Images in a folder, with the properties that its layout implies."""

    images: tuple[ImageFiles, ...]
    lr_mode: str = ""
    """Mode of imresize that the makers of this layout used for LR; empty if the layout does not imply one."""
    equal_size: bool = False
    """Whether the images are real pairs of equal size.

    `ImageFiles.lr` then has one scale, which is 1 if the layout names none."""
    by_scale: bool = False
    """Whether each image has only the scale in its `ImageFiles.lr` (real pairs, taken at one focal length)."""
    remarks: tuple[FileRemark, ...] = ()
    """Remarks on files and folders that are not used."""
    lr_folders: Mapping[float, str] = field(default_factory=dict)
    """Path of the LR images in the dataset's folder, by scale, where it is neither ``LR_bicubic/X4`` nor ``LR``."""


def read_layout(folder: Path, names: Collection[str] = (), part: str = "test", *, bicubic_only: bool = False) -> Layout:
    """Return the images of `folder` and its layout, the images in natural order of their names (2 before 10).

    Known layouts:

    - ``HR/`` (or ``GT/``) alone, with ``LR_bicubic/X2/`` ... (``babyx2.png``, equal names, or other forms that
      `srbench.data.naming` knows), with ``LR/`` (real pairs of equal size), or with another folder of LR images
      (``LR_unknown/X4/``, ``LRx4/``);
    - the same with a prefix: ``DIV2K_valid_HR/`` and ``DIV2K_valid_LR_bicubic/X2/``;
    - SelfExSR's ``image_SRF_4/img_001_SRF_4_{HR,LR}.png``, or that folder itself;
    - RealSR's ``Canon/Test/4/Canon_001_{HR,LR4}.png`` or ``Test/Canon/4/...``, or a folder inside;
    - images directly in the folder, with or without folders of LR images;
    - images in ``train/`` and ``test/``.

    Args:
        folder: The folder to read.
        names: Names of the dataset, which choose among folders with a prefix.
        part: Part of RealSR to read, ``test`` or ``train``.
        bicubic_only: Whether folders of LR images of another degradation than bicubic are not used.

    Raises:
        DataError: if the folder has no images or more than one layout, if an LR image lacks its HR image or the
            reverse, or if two images have one name.
    """
    if not folder.is_dir():
        problem = "not a folder" if folder.exists() else "no such folder"
        raise DataError(f"{folder}: {problem}; check the path")
    layout = _recognise(folder, names, part, bicubic_only=bicubic_only)
    if not layout.images:
        unread = [path.name if path.is_file() else f"{path.name}, not a regular file" for path in list_unread(folder)]
        other = f" that can be read (only {first_names(unread)})" if unread else ""
        raise DataError(f"{folder}: no images{other}; put them here or in HR/ ({', '.join(SUFFIXES)})")
    return replace(layout, images=tuple(sorted(layout.images, key=lambda image: natural_sort_key(image.name))))


def _recognise(folder: Path, names: Collection[str], part: str, *, bicubic_only: bool) -> Layout:
    subfolders = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    hr = hr_folders(subfolders)
    selfexsr = [image for entry in subfolders if entry.name.startswith("image_SRF_") for image in list_images(entry)]
    pairs = pair_folders(folder, part)
    split_folders = [entry for entry in subfolders if entry.name.lower() in SPLITS]
    parts = [entry for entry in split_folders if not is_real_pairs(list_images(entry))]  # pairs of the other part too
    splits = [image for entry in parts for image in list_images(entry)]
    loose = [] if folder in pairs else list_images(folder)

    kinds: dict[str, Collection[object]] = {
        "HR/": hr,
        "image_SRF_*/": selfexsr,
        "pairs of HR and LR": pairs,
        "train/ or test/": splits,
        "images of its own": loose,
    }
    if len(present := [kind for kind, files in kinds.items() if files]) > 1:
        raise DataError(
            f"{folder}: holds {' beside '.join(present)}; keep one of them, so that it is clear which is HR"
        )

    if hr:
        hr_folder, prefix = _chosen_hr_folder(folder, hr, names)
        paired = paired_images(hr_folder, folder, prefix, hr.values(), bicubic_only=bicubic_only)
        return Layout(paired.images, equal_size=paired.equal_size, remarks=paired.remarks, lr_folders=paired.lr_folders)
    if pairs:
        images, equal_size = real_pairs(pairs)
        return Layout(images, equal_size=equal_size, by_scale=True)
    if selfexsr or is_selfexsr(loose):
        return Layout(selfexsr_images(selfexsr or loose), lr_mode="matlab-uint8-replicate")
    for file in loose:
        if _LR_NAME.fullmatch(file.stem):
            raise DataError(
                f"{file}: LR image in a folder of HR images; put HR into HR/ and LR into LR_bicubic/X4/, or into LR/ "
                "if of equal size"
            )
    if loose:
        paired = paired_images(folder, folder, "", bicubic_only=bicubic_only)
        remarks = (*paired.remarks, *unused_lr_remarks(folder))
        return Layout(paired.images, equal_size=paired.equal_size, remarks=remarks, lr_folders=paired.lr_folders)
    unread = (left_out((path.name for path in list_unread(entry)), entry.name) for entry in parts)
    images = tuple(ImageFiles(name, file) for name, file in index_by_stem(splits).items())
    return Layout(images, remarks=tuple(FileRemark(None, remark) for remark in unread if remark))


def _chosen_hr_folder(folder: Path, hr: dict[Path, str], names: Collection[str]) -> tuple[Path, str]:
    """Return the HR folder of the dataset and its prefix.

    There may be several: DIV2K has ``DIV2K_train_HR`` and ``DIV2K_valid_HR`` in one folder.
    """
    prefixes = {"", *(name.casefold() for name in names)}
    matching = [item for item in hr.items() if not names or item[1].rstrip("_").casefold() in prefixes]
    if len(matching) != 1:
        present = ", ".join(f"{entry.name}/" for entry in hr)
        raise DataError(f"{folder}: holds {present}; expected one folder HR/{f' of {min(names)}' if names else ''}")
    return matching[0]
