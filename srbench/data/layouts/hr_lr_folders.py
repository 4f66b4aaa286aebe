"""HR images in one folder, LR images in others: the EDSR benchmark pack, DIV2K, real pairs."""

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
    """Each folder of HR images -> what its name has before ``HR`` (``DIV2K_train_``; empty for ``HR/``)."""
    return {folder: match["prefix"] for folder in subfolders if (match := _HR.fullmatch(folder.name))}


def paired_images(hr_folder: Path, prefix: str) -> tuple[tuple[ImageFiles, ...], bool]:
    """The images of `hr_folder` with the LR images beside it, and whether these are of HR's size.

    ``<prefix>LR_bicubic/`` or ``<prefix>LR/`` holds LR images by scale, in ``X2/``, ``X3/``, ``X2.37/``, ...;
    ``<prefix>LR/`` may hold real pairs of equal size instead. Raises `DataError` for an image without its pair.
    """
    hr = index_by_stem(list_images(hr_folder))
    bicubic, real = (hr_folder.with_name(f"{prefix}{name}") for name in ("LR_bicubic", "LR"))
    if bicubic.is_dir() and real.is_dir():
        raise DataError(f"{hr_folder.parent}: holds {real.name}/ beside {bicubic.name}/; keep the one that is meant")
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
    """``X4``, ``X2.37``: what the folder of LR images at `scale` is called."""
    return f"X{scale:g}"


def _lr_of(hr: Mapping[str, Path], folder: Path, suffix: str) -> dict[str, Path]:
    """HR name -> LR file in `folder`: of equal name, or with the scale at its end (``babyx4``)."""
    lr = index_by_stem(list_images(folder))
    paired = {}
    for name, hr_file in hr.items():
        spellings = dict.fromkeys((name + suffix, name))
        found = next((spelling for spelling in spellings if spelling in lr), None)
        if found is None:
            raise DataError(f"{hr_file}: no LR image in {folder}; expected {' or '.join(spellings)} (.png, ...)")
        paired[name] = lr.pop(found)
    for lr_file in lr.values():
        raise DataError(f"{lr_file}: no HR image of this name; remove it or add its HR image")
    return paired


def _scale_folders(folder: Path) -> list[tuple[float, Path]]:
    for loose in list_images(folder):
        raise DataError(f"{loose}: at which scale? LR images belong into {folder.name}/X2/, {folder.name}/X4/, ...")
    entries = [(match, entry) for entry in folder.iterdir() if (match := _SCALE.fullmatch(entry.name))]
    return sorted((float(match["scale"]), entry) for match, entry in entries)
