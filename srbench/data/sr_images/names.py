"""Pairing of authors' SR files with HR images by their names.

The name of an SR file is that of its HR image, followed by any of: the scale (``babyx4``, ``baby_x4``, ``baby_4x``,
``img_001_SRF_4``), the name of the method (``baby_SAN_x4``, ``img_001_SRF_4_SAN``), ``SR``, and ``HR`` before the scale
(``baby_HR_x4``). Files of other methods are never taken for the method's, so no other word may follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.naming.decorations import Decorations, folded
from srbench.data.naming.pairing import nearest
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from srbench.data.naming.pairing import Clash


class SrNames:
    """Forms that the name of an SR file may have at one scale.

    Args:
        scale: Scale of the SR images.
        labels: Names of the method, in any case.
        stated: Whether a name has to state the scale, for folders with images at several scales.
    """

    def __init__(self, scale: float, labels: Iterable[str] = (), *, stated: bool = False) -> None:
        self._sr = Decorations(scale, tuple(labels), ("SR", "HR"), hr_before_scale=True)
        self._hr = Decorations(scale, (), ("HR",))
        self._stated = stated

    def accept(self, sr: str, hr: str) -> bool:
        """Return whether the SR file named `sr` can be that of the HR image named `hr`, both without suffix."""
        return not set(self._forms(sr)).isdisjoint(self._hr_forms(hr))

    def _forms(self, name: str) -> tuple[str, ...]:
        return tuple(form.name for form in self._sr.forms(name) if form.scaled or not self._stated)

    def _hr_forms(self, name: str) -> tuple[str, ...]:
        return tuple(form.name for form in self._hr.forms(name))

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
        files = {file.name: file for file in sorted(sr_files)}
        hr_forms = {name: self._hr_forms(name) for name in hr_files}
        sr_forms = {key: self._forms(file.stem) for key, file in files.items()}
        pairing = nearest(list(hr_files), list(files), sr_forms, hr_forms)
        hr_names = {form for forms in hr_forms.values() for form in forms}
        for clash in pairing.clashes:
            raise DataError(_clash(clash, hr_files, files))
        for key in pairing.surplus:
            if not _related(files[key], hr_names):
                raise DataError(f"{files[key]}: no HR image of this name beside {_example(hr_files)}; remove it")
        for name in pairing.missing:
            alike = [file.name for file in files.values() if _related(file, hr_forms[name])]
            only = f" (only {', '.join(alike[:3])})" if alike else ""
            raise DataError(
                f"{hr_files[name]}: no SR image of this name in {folder}{only}; add {hr_forms[name][-1]}.png, or "
                "remove the folder"
            )
        return {name: files[key] for name, key in pairing.partners.items()}


def _clash(clash: Clash, hr_files: Mapping[str, Path], files: Mapping[str, Path]) -> str:
    if len(clash.names) > 1:
        both = " and ".join(str(files[key]) for key in clash.names)
        return f"{hr_files[clash.fits[0]]}: {len(clash.names)} SR images, {both}; keep one of them"
    both = " and ".join(str(hr_files[name]) for name in clash.fits)
    return f"{files[clash.names[0]]}: its name fits {both}; rename it so that it fits only one"


def _related(file: Path, names: Iterable[str]) -> bool:
    """Return whether the name of `file` is one of the folded `names`, alone or with something behind it."""
    stem, known = folded(file.stem), set(names)
    ends = (
        end
        for end in range(1, len(stem))
        if stem[end] in "_-. " or (stem[end] == "x" and stem[end + 1 : end + 2].isdecimal())
    )
    return stem in known or any(stem[:end] in known for end in ends)


def _example(hr_files: Mapping[str, Path]) -> str:
    return str(next(iter(hr_files.values()), "none"))
