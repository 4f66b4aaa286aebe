"""Layouts with HR images in one folder and LR images in others: the EDSR benchmark pack, DIV2K, real pairs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.data.image_files import FileRemark, ImageFiles, index_by_stem, list_images, list_unread
from srbench.data.layouts.lr_folders import choose_lr, lr_folders
from srbench.data.naming.files import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_HR_FOLDER = re.compile(r"(?P<prefix>(?:.+_)?)(?:HR|GT(?:mod\d+)?)", re.IGNORECASE)


@dataclass(frozen=True)
class PairedImages:
    """Images with the LR images that lie in folders beside them."""

    images: tuple[ImageFiles, ...]
    equal_size: bool
    """Whether LR has the size of HR."""
    remarks: tuple[FileRemark, ...]
    """Remarks on files and folders that are not used."""
    lr_folders: Mapping[float, str]
    """Path of the LR images from the dataset's folder, by scale, where it is neither ``LR_bicubic/X4`` nor ``LR``."""


def hr_folders(subfolders: Iterable[Path]) -> dict[Path, str]:
    """Return the folders of HR images, each with the prefix of its name (``DIV2K_train_``; empty for ``HR/``)."""
    return {folder: match["prefix"] for folder in subfolders if (match := _HR_FOLDER.fullmatch(folder.name))}


def paired_images(
    hr_folder: Path, parent: Path, prefix: str, others: Iterable[str] = (), *, bicubic_only: bool = False
) -> PairedImages:
    """Return the images of `hr_folder` with the LR images in the folders of `parent`.

    ``<prefix>LR_bicubic/`` or ``<prefix>LR/`` holds LR images by scale, in ``X2/``, ``X3/``, ``X2.37/``, ...;
    ``<prefix>LR/`` may hold LR images of equal size (real pairs) instead. At other scales, other folders count
    (``LR_bicubic_X4/``, ``LRx4/``, ``LR_unknown/X4/``), if there is only one.

    Args:
        hr_folder: Folder of the HR images.
        parent: Folder of the dataset.
        prefix: Prefix of the LR folders' names.
        others: Prefixes of other datasets in `parent`.
        bicubic_only: Whether folders of another degradation than bicubic are not used.

    Raises:
        DataError: if an image lacks its partner, or if both ``LR_bicubic/`` and ``LR/`` exist.
    """
    hr = index_by_stem(list_images(hr_folder))
    choice = choose_lr(hr, parent, lr_folders(parent, prefix, others), bicubic_only=bicubic_only)
    lr = dict(sorted(choice.files.items()))
    images = (ImageFiles(name, file, {scale: files[name] for scale, files in lr.items()}) for name, file in hr.items())
    unread = left_out((path.name for path in list_unread(hr_folder)), hr_folder.name)
    remarks = [*([FileRemark(None, unread)] if unread else []), *choice.remarks]
    return PairedImages(tuple(images), choice.equal_size, tuple(remarks), choice.unusual)


def unused_lr_remarks(hr_folder: Path) -> list[FileRemark]:
    """Return remarks on the LR folders beside a folder of HR images that is used as a dataset by itself.

    If ``Set5/HR`` is named in place of ``Set5``, LR is made from HR.
    """
    prefix = hr_folders([hr_folder]).get(hr_folder)
    if prefix is None:
        return []
    parent = hr_folder.resolve().parent
    others = hr_folders(entry for entry in parent.iterdir() if entry.is_dir()).values()
    return [
        FileRemark(
            lr_folder.scale,
            f"{lr_folder.label} beside {hr_folder.name} is not used: name {hr_folder.parent} to use it",
        )
        for lr_folder in lr_folders(parent, prefix, others)
        if lr_folder.files and not lr_folder.unclear
    ]


def scale_label(scale: float) -> str:
    """Return the name of the folder of LR images at `scale`: ``X4``, ``X2.37``."""
    return f"X{scale:g}"
