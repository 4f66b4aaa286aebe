"""Folders of LR images beside a folder of HR images, and the choice of those that are used at each scale."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srbench.data.image_files import FileRemark, index_by_stem, list_images, list_unread
from srbench.data.naming.decorations import Decorations, folded, stated_scales
from srbench.data.naming.files import left_out, pair_files
from srbench.data.naming.folder_scale import folder_scale
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from pathlib import Path

_NAME = re.compile(r"(?:lr|lq)(?P<degradation>.*?)(?:[_\- ]?(?:x(?P<a>\d+(?:\.\d+)?)|(?P<b>\d+(?:\.\d+)?)x))?")
_BARE = re.compile(r"lr[_-]?(?P<scale>\d+)")
_LOOKS_LIKE = re.compile(r"(?:.*[_\-. ])?(?:lr|lq|low|bicubic|bic).*|x\d.*|\d+x.*")
"""Folders that may hold LR images, but whose names don't say so clearly."""
_BICUBIC = frozenset({"", "bicubic", "bic", "bi"})
_STANDARD = ("lr_bicubic", "lr")
"""Folders whose images have to fit: a missing or surplus one is an error."""


@dataclass(frozen=True)
class LrFolder:
    """Folder of LR images, or those images in it that have one scale."""

    path: Path
    label: str
    """Path from the dataset's folder: ``LR_unknown/X4``."""
    scale: float | None
    """Scale; None for images of unknown scale, or of HR's size."""
    files: Mapping[str, Path]
    """LR files by their name without suffix."""
    degradation: str = ""
    """Degradation that the name states: ``bicubic``, ``unknown``; empty if it states none."""
    standard: bool = False
    """Whether the images have to fit the HR images: a missing or surplus one is an error."""
    unclear: bool = False
    """Whether the name does not say clearly that it holds LR images, which are then not used."""

    @property
    def bicubic(self) -> bool:
        """Whether the name states no other degradation than bicubic."""
        return self.degradation in _BICUBIC


@dataclass
class LrChoice:
    """LR images of a dataset by scale, with remarks on the folders that are used or not used."""

    files: dict[float, Mapping[str, Path]] = field(default_factory=dict)
    """LR file by name of the HR image, by scale."""
    equal_size: bool = False
    """Whether LR has the size of HR; its files are then at scale 1."""
    unusual: dict[float, str] = field(default_factory=dict)
    """Path of the LR images from the dataset's folder, by scale, where it is neither ``LR_bicubic/X4`` nor ``LR``."""
    remarks: list[FileRemark] = field(default_factory=list)


def lr_folders(parent: Path, prefix: str, others: Iterable[str] = ()) -> list[LrFolder]:
    """Return the folders of LR images in `parent`, one entry a scale.

    Args:
        parent: Folder of the dataset.
        prefix: Prefix of their names (``DIV2K_valid_``).
        others: Prefixes of other datasets in the same folder.

    Raises:
        DataError: if two images of a folder have one name.
    """
    prefixes = ("", prefix, *others)
    folders: list[LrFolder] = []
    for folder in sorted(entry for entry in parent.iterdir() if entry.is_dir()):
        name = folded(folder.name)
        # the longest prefix decides: DIV2K_valid_LR_bicubic belongs to DIV2K_valid_HR, not to DIV2K_HR beside it
        if max((other for other in prefixes if name.startswith(folded(other))), key=len) not in {"", prefix}:
            continue
        has_prefix = name.startswith(folded(prefix))
        name = name[len(folded(prefix)) :] if has_prefix else name
        match = _NAME.fullmatch(name) if has_prefix else None
        if match is None:
            if _LOOKS_LIKE.fullmatch(name) and (has_prefix or name.startswith(("lr", "x"))) and _has_images(folder):
                folders.append(LrFolder(folder, folder.name, scale=None, files={}, unclear=True))
        else:
            bare = _BARE.fullmatch(name)
            number = match["a"] or match["b"] or (bare["scale"] if bare else None)
            degradation = "" if bare else match["degradation"].strip("_- ")
            scale = float(number) if number else None
            folders.extend(_images_by_scale(folder, degradation, scale, standard=name in _STANDARD))
    return folders


def choose_lr(hr: Mapping[str, Path], parent: Path, folders: Sequence[LrFolder], *, bicubic_only: bool) -> LrChoice:
    """Return the LR images to use at each scale.

    Those of ``LR_bicubic/`` or ``LR/`` come first; of other folders the only one at a scale. All others are named.

    Args:
        hr: HR files by name.
        parent: Folder of the dataset, for messages.
        folders: The folders of LR images.
        bicubic_only: Whether only folders count whose names state no other degradation than bicubic.

    Raises:
        DataError: if both ``LR_bicubic/`` and ``LR/`` exist, or if one of them does not fit the HR images.
    """
    standard = [folder for folder in folders if folder.standard]
    roots = {folder.label.split("/")[0]: folder for folder in standard}
    if len(roots) > 1:
        first, second = sorted(roots)
        raise DataError(f"{parent}: holds {first}/ beside {second}/; keep one of them")
    choice = LrChoice()
    for folder in standard:
        if folder.scale is None:
            _add_unscaled(choice, hr, folder)
        else:
            _add(choice, folder.scale, folder, hr)
    taken: set[float | None] = set(choice.files)
    usable: dict[float, list[LrFolder]] = {}
    for folder in folders:
        if folder.standard:
            continue
        reason = _reason_unused(folder, hr, taken, bicubic_only=bicubic_only, equal_size=choice.equal_size)
        if reason or folder.scale is None:
            choice.remarks.append(FileRemark(folder.scale, f"{folder.label} is there and not used: {reason}"))
        else:
            usable.setdefault(folder.scale, []).append(folder)
    for scale, candidates in usable.items():
        if len(candidates) == 1:
            _add(choice, scale, candidates[0], hr)
            choice.unusual[scale] = candidates[0].label
            continue
        labels = " and ".join(folder.label for folder in candidates)
        choice.remarks.append(FileRemark(scale, f"{labels} are there and not used: keep one of them"))
    return choice


def _images_by_scale(folder: Path, degradation: str, scale: float | None, *, standard: bool) -> list[LrFolder]:
    """Return the images of a folder by scale: of its folders ``X2``, ``X3``, ..., and those directly in it.

    Args:
        folder: Folder of LR images.
        degradation: Degradation that its name states.
        scale: Scale that its name states.
        standard: Whether its images have to fit.
    """
    entries = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    scaled = [(number, entry) for entry in entries if (number := folder_scale(entry.name)) is not None]
    by_folder = [
        LrFolder(
            entry,
            f"{folder.name}/{entry.name}",
            scale=number,
            files=index_by_stem(list_images(entry)),
            degradation=degradation,
            standard=standard,
        )
        for number, entry in sorted(scaled)
        if standard or list_images(entry) or list_unread(entry)
    ]
    if loose := index_by_stem(list_images(folder)):
        by_scale: dict[float | None, dict[str, Path]] = {}
        for name, file in loose.items():
            by_scale.setdefault(scale or next(iter(stated_scales(name)), None), {})[name] = file
        if standard and scale is None:  # equal names may be pairs of HR's size, whatever they end in
            by_scale = {None: loose}
        by_folder.extend(
            LrFolder(folder, folder.name, scale=key, files=files, degradation=degradation, standard=standard)
            for key, files in by_scale.items()
        )
    if not by_folder and any(not entry.name.startswith(".") for entry in folder.iterdir()):
        # without images, it is only named in a remark as not used
        by_folder.append(LrFolder(folder, folder.name, scale=scale, files={}, degradation=degradation))
    return by_folder


def _has_images(folder: Path) -> bool:
    inside = (entry for entry in folder.iterdir() if entry.is_dir())
    return bool(list_images(folder)) or any(map(list_images, inside))


def _add(choice: LrChoice, scale: float, folder: LrFolder, hr: Mapping[str, Path]) -> None:
    if scale in choice.files:
        raise DataError(f"{folder.path}: a second folder of LR images at x{scale:g}; keep one of them")
    paired = pair_files(hr, folder.files, Decorations(scale), "LR", folder.path)
    choice.files[scale] = paired.files
    choice.remarks.extend(FileRemark(scale, remark) for remark in paired.remarks)
    if remark := left_out((path.name for path in list_unread(folder.path)), folder.label):
        choice.remarks.append(FileRemark(scale, remark))


def _add_unscaled(choice: LrChoice, hr: Mapping[str, Path], folder: LrFolder) -> None:
    """Add the images directly in ``LR/`` or ``LR_bicubic/``, whose folder states no scale.

    Images of HR's names in ``LR/`` have HR's size; otherwise each name has to state its scale.

    Raises:
        DataError: if neither holds.
    """
    by_scale: dict[float, dict[str, Path]] = {}
    for name, file in folder.files.items():
        for scale in stated_scales(name)[:1]:
            by_scale.setdefault(scale, {})[name] = file
    same = {folded(name) for name in hr} == {folded(name) for name in folder.files}
    stated = sum(map(len, by_scale.values())) == len(folder.files)
    if not same and stated and not choice.files:
        for scale, files in by_scale.items():
            _add(choice, scale, replace(folder, scale=scale, files=files), hr)
        return
    if folder.degradation or choice.files:
        loose = next(iter(folder.files.values()))
        name = folder.path.name
        raise DataError(f"{loose}: its scale is unknown; move LR images to {name}/X2/, {name}/X4/, ...")
    paired = pair_files(hr, folder.files, Decorations(), "LR", folder.path)
    choice.files[1.0], choice.equal_size = paired.files, True
    choice.remarks.extend(FileRemark(None, remark) for remark in paired.remarks)
    if remark := left_out((path.name for path in list_unread(folder.path)), folder.label):
        choice.remarks.append(FileRemark(None, remark))


def _reason_unused(
    folder: LrFolder, hr: Mapping[str, Path], taken: Container[float | None], *, bicubic_only: bool, equal_size: bool
) -> str:
    """Return why the images of a folder are not used; empty if they can be.

    Args:
        folder: The folder.
        hr: HR files by name.
        taken: Scales at which other LR images are used.
        bicubic_only: Whether only bicubic LR images count.
        equal_size: Whether LR images of HR's size are used.
    """
    if folder.unclear:
        return _unclear(folder)
    if equal_size or folder.scale in taken:
        return "other LR images are"  # used
    if folder.scale is None:
        return _unclear(folder)
    if bicubic_only and not folder.bicubic:
        return "this dataset stands for bicubic LR; give the folder's path to use them"
    try:
        pair_files(hr, folder.files, Decorations(folder.scale), "LR", folder.path)
    except DataError as error:
        return str(error)
    return ""


def _unclear(folder: LrFolder) -> str:
    """Return why a folder whose images have no scale is not used, and what can be done."""
    if any(entry.is_dir() and folded(entry.name) == "hr" for entry in folder.path.iterdir()):
        return "it has HR images of its own; name this folder to measure on it"
    if folder.unclear:
        return "if it holds LR images, name it LR_x4, or LR_bicubic/X4, with its scale"
    return "its scale is unknown"
