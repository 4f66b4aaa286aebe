"""Layouts with HR images in one folder and LR images in others: the EDSR benchmark pack, DIV2K, real pairs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.data.image_files import ImageFiles, index_by_stem, list_images
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_HR = re.compile(r"(?P<prefix>(?:.+_)?)HR", re.IGNORECASE)
_SCALE = re.compile(r"X(?P<scale>\d+(?:\.\d+)?)", re.IGNORECASE)


def hr_folders(subfolders: Iterable[Path]) -> dict[Path, str]:
    """Return each folder of HR images -> the prefix of its name (``DIV2K_train_``; empty for ``HR/``)."""
    return {folder: match["prefix"] for folder in subfolders if (match := _HR.fullmatch(folder.name))}


def paired_images(hr_folder: Path, prefix: str) -> tuple[tuple[ImageFiles, ...], bool]:
    """Return the images of `hr_folder` with the LR images beside it, and whether LR has the size of HR.

    ``<prefix>LR_bicubic/`` or ``<prefix>LR/`` holds LR images by scale, in ``X2/``, ``X3/``, ``X2.37/``, ...;
    ``<prefix>LR/`` may hold LR images of equal size (real pairs) instead.

    Raises:
        DataError: if an image lacks its partner, or if both LR folders exist.
    """
    hr = index_by_stem(list_images(hr_folder))
    bicubic, real = (hr_folder.with_name(f"{prefix}{name}") for name in ("LR_bicubic", "LR"))
    if bicubic.is_dir() and real.is_dir():
        raise DataError(f"{hr_folder.parent}: holds {real.name}/ beside {bicubic.name}/; keep one of them")
    equal_size = real.is_dir() and bool(list_images(real))
    lr: dict[float, dict[str, Path]] = {}
    if equal_size:
        lr = {1.0: _lr_of(hr, real, "")}
    elif bicubic.is_dir() or real.is_dir():
        folders = _scale_folders(bicubic if bicubic.is_dir() else real)
        lr = {scale: _lr_of(hr, folder, f"x{scale:g}") for scale, folder in folders}
    images = (ImageFiles(name, file, {scale: files[name] for scale, files in lr.items()}) for name, file in hr.items())
    return tuple(images), equal_size


def scale_label(scale: float) -> str:
    """Return the name of the folder of LR images at `scale`: ``X4``, ``X2.37``."""
    return f"X{scale:g}"


def _lr_of(hr: Mapping[str, Path], folder: Path, suffix: str) -> dict[str, Path]:
    """Return HR name -> LR file in `folder`, which has the same name or the scale as suffix (``babyx4``)."""
    lr = index_by_stem(list_images(folder))
    paired = {}
    for name, hr_file in hr.items():
        spellings = dict.fromkeys((name + suffix, name))
        lr_name = next((spelling for spelling in spellings if spelling in lr), None)
        if lr_name is None:
            raise DataError(f"{hr_file}: no LR image in {folder}; expected {' or '.join(spellings)} (.png, ...)")
        paired[name] = lr.pop(lr_name)
    for lr_file in lr.values():
        raise DataError(f"{lr_file}: no HR image of this name; remove it or add its HR image")
    return paired


def _scale_folders(folder: Path) -> list[tuple[float, Path]]:
    for loose in list_images(folder):
        raise DataError(f"{loose}: its scale is unknown; move LR images to {folder.name}/X2/, {folder.name}/X4/, ...")
    entries = [(match, entry) for entry in folder.iterdir() if (match := _SCALE.fullmatch(entry.name))]
    return sorted((float(match["scale"]), entry) for match, entry in entries)
