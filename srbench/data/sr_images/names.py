"""Pairing of SR files with HR images by their names.

The name of an SR file is that of its HR image, followed by any of: the scale (``babyx4``, ``baby_x4``, ``baby_4x``,
``img_001_SRF_4``), the name of the method (``baby_SAN_x4``, ``img_001_SRF_4_SAN``), ``SR``, and ``HR`` before the scale
(``baby_HR_x4``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_SEPARATOR = r"[_\-. ]"
_SUFFIX = re.compile(r"[_-]?(x\d+(\.\d+)?|SRF_\d+.*|SR)$", re.IGNORECASE)
_HR_SUFFIX = re.compile(rf"{_SEPARATOR}HR({_SEPARATOR}?x\d+(\.\d+)?)?$", re.IGNORECASE)


def plain_name(name: str) -> str:
    """Return an image name without the suffix for scale or SR: ``baby`` for ``babyx4``, ``baby_x4`` and ``baby_SR``."""
    return _SUFFIX.sub("", name) or name


def plain_hr_name(name: str) -> str:
    """Return the name of an HR image without ``_HR``, and without a scale behind it: ``baby`` for ``baby_HR_x4``."""
    return _HR_SUFFIX.sub("", name) or name


def scale_pattern(scale: float) -> str:
    """Return a regular expression of the forms in which names of files and folders state `scale`, in lower case."""
    number = re.escape(f"{scale:g}")
    return rf"(?:x{number}|{number}x|srf[_-]?{number}|scale[_-]?{number})"


class SrNames:
    """The forms of an SR file's name at one scale.

    Args:
        scale: Scale of the SR images.
        labels: Names of the method, in any case.
        stated: Whether a name has to state the scale, for folders with images at several scales.
    """

    def __init__(self, scale: float, labels: Iterable[str] = (), *, stated: bool = False) -> None:
        at = scale_pattern(scale)
        words = "|".join(["sr", *(re.escape(label.casefold()) for label in labels)])
        self._suffix = re.compile(
            rf"(?:{_SEPARATOR}?{at}|{_SEPARATOR}(?:{words})|{_SEPARATOR}hr(?={_SEPARATOR}?{at}))*"
        )
        self._scale = re.compile(at)
        self._stated = stated

    def accept(self, sr: str, hr: str) -> bool:
        """Return whether the SR file named `sr` can be that of the HR image named `hr`, both without suffix."""
        sr, hr = sr.casefold(), plain_hr_name(hr).casefold()
        if not sr.startswith(hr):
            return False
        rest = sr[len(hr) :]
        return bool(self._suffix.fullmatch(rest)) and (not self._stated or bool(self._scale.search(rest)))

    def shortest(self, sr: str) -> str:
        """Return the shortest name of an HR image whose SR file can be named `sr`, both without suffix."""
        return next((sr[:end] for end in range(1, len(sr)) if self.accept(sr, sr[:end])), sr)

    def pair(self, hr_files: Mapping[str, Path], sr_files: Iterable[Path], folder: Path) -> dict[str, Path]:
        """Return HR name -> SR file, for all HR images.

        Files whose name begins with that of an HR image, but goes on in another way, are left out: other methods or
        scales in the same folder.

        Args:
            hr_files: HR files by the name of the image.
            sr_files: SR files in `folder`.
            folder: Folder of the SR files, for messages.

        Raises:
            DataError: if an HR image has no SR file or several, or if an SR file fits several HR images or belongs to
                none; the message names the files.
        """
        files = sorted(sr_files)
        owners = {file: [name for name in hr_files if self.accept(file.stem, name)] for file in files}
        for file, names in owners.items():
            if len(names) > 1:
                both = " and ".join(str(hr_files[name]) for name in names)
                raise DataError(f"{file}: its name fits {both}; rename it so that it fits only one")
            if not names and not _related(file, hr_files):
                raise DataError(f"{file}: no HR image of this name beside {_example(hr_files)}; remove it")
        return {name: _only(name, hr_files[name], owners, folder) for name in hr_files}


def _only(name: str, hr_file: Path, owners: Mapping[Path, list[str]], folder: Path) -> Path:
    found = [file for file, names in owners.items() if name in names]
    if len(found) > 1:
        raise DataError(f"{hr_file}: two SR images, {' and '.join(map(str, found))}; keep one of them")
    if not found:
        alike = [file.name for file in owners if _related(file, [name])]
        others = f" (only {', '.join(alike[:3])})" if alike else ""
        raise DataError(
            f"{hr_file}: no SR image of this name in {folder}{others}; add {plain_hr_name(name)}.png, or remove the "
            "folder"
        )
    return found[0]


def _related(file: Path, names: Iterable[str]) -> bool:
    """Return whether the name of `file` is one of `names`, alone or with something behind it."""
    stem = file.stem.casefold()
    plain = [plain_hr_name(name).casefold() for name in names]
    return any(stem == name or re.match(rf"{re.escape(name)}(?:{_SEPARATOR}|x\d)", stem) for name in plain)


def _example(hr_files: Mapping[str, Path]) -> str:
    return str(next(iter(hr_files.values()), "none"))
