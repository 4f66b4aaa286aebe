"""Decorations of image names: the parts of a file's name besides the name of its image.

They stand at the end, in any number and order: the scale (``babyx4``, ``baby_x4``, ``baby-4x``, ``img_001_SRF_4``), the
role (``SR``, ``HR``, ``GT``, ``LR``), the degradation (``LRBI``, ``bicubic``, and the letters of DIV2K's tracks, as in
``0801x4m``), and labels of a method.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Role = Literal["SR", "HR", "LR", ""]

_MARKS = frozenset("_-. ")
_SEPARATOR = r"[_\-. ]"
_NUMBER = r"\d+(?:\.\d+)?"
_SCALE = re.compile(
    rf"(?:{_SEPARATOR}?x(?P<a>{_NUMBER})(?:[md]|w\d?)?|{_SEPARATOR}?(?P<b>{_NUMBER})x"
    rf"|{_SEPARATOR}(?:srf|scale)[_-]?(?P<c>{_NUMBER})|{_SEPARATOR}lr(?P<d>{_NUMBER}))\Z"
)
_ROLES: dict[Role, str] = {
    "SR": "sr",
    "HR": r"(?:hr|gt|hq)(?:mod\d+)?",
    "LR": "lr(?:bi|bd|dn|bic|bicubic|unknown)?|lq|bic_?lr",
    "": "bicubic|bic|bi|bd|dn",
}
EVERY_ROLE: tuple[Role, ...] = tuple(_ROLES)


def folded(name: str) -> str:
    """Return a name in the form in which names are compared: Unicode's composed form (NFC), without case.

    A Mac's file system and its archives decompose accents, and some file systems ignore case.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@dataclass(frozen=True)
class Form:
    """A name with some of its decorations taken off."""

    name: str
    """Rest of the folded name."""
    role: Role = ""
    """Role that the decorations name, the last one in the name; empty if they name none."""
    scaled: bool = False
    """Whether a scale was taken off."""


@dataclass(frozen=True)
class Decorations:
    """Decorations that may be taken off the names in a folder."""

    scale: float | None = None
    """Scale of the images. A name that states another one keeps it, and so has no partner; None: any scale."""
    labels: tuple[str, ...] = ()
    """Names of the method, in any case."""
    roles: tuple[Role, ...] = EVERY_ROLE
    """Roles that a name may state; the empty one stands for words of degradation, such as ``bicubic``."""
    hr_before_scale: bool = False
    """Whether ``HR`` counts only before a scale (``baby_HR_x4``), as ``baby_HR`` may be the HR image itself."""

    @cached_property
    def _word(self) -> re.Pattern[str]:
        named = [f"(?P<{role or 'none'}>{_ROLES[role]})" for role in self.roles]
        labels = sorted((re.escape(folded(label)) for label in self.labels if label), key=len, reverse=True)
        words = "|".join([*(["(?P<label>" + "|".join(labels) + ")"] if labels else []), *named])
        return re.compile(rf"{_SEPARATOR}(?:{words})\Z")

    def forms(self, name: str) -> tuple[Form, ...]:
        """Return the folded name, then its rest without each decoration, taken off from the last to the first."""
        forms = [Form(folded(name))]
        while following := self._taken_off(forms[-1]):
            forms.extend(following)
        return tuple(forms)

    def role(self, name: str) -> Role:
        """Return the role that a name states; empty if it states none."""
        return self.forms(name)[-1].role

    def other_scale(self, name: str) -> float | None:
        """Return the scale that the decorations of a name state, if it is not `scale`; else None."""
        stated = stated_scales(name, self.labels)
        return next((scale for scale in stated if self.scale not in {None, scale}), None)

    def _taken_off(self, form: Form) -> list[Form]:
        """Return the forms of a name without its last decoration; none if it has none that may be taken off.

        A separator before it may belong to the image's name (``a_`` in ``a_x4``) or not (``a__SR``): two forms.
        """
        if stated := _scale_at_end(form.name):
            if self.scale not in {None, stated.scale}:
                return []
            return _forms_up_to(form.name, stated.start, form.role or ("LR" if stated.of_lr else ""), scaled=True)
        match = self._word.search(form.name)
        if match is None or not match.start():
            return []
        kind = match.lastgroup or ""
        if kind == "HR" and self.hr_before_scale and not form.scaled:
            return []
        named: Role = next((role for role in self.roles if role == kind), "")
        return _forms_up_to(form.name, match.start(), form.role or named, scaled=form.scaled)


def _forms_up_to(name: str, end: int, role: Role, *, scaled: bool) -> list[Form]:
    """Return the name up to `end`, and the same without a separator at its end."""
    ends = dict.fromkeys((end, end - (name[end - 1 : end] in _MARKS)))
    return [Form(name[:end], role, scaled) for end in ends if end > 0]


def stated_scales(name: str, labels: tuple[str, ...] = ()) -> tuple[float, ...]:
    """Return the scales that the decorations of a name state, from the last to the first.

    Args:
        name: The name, without suffix.
        labels: Names of the method, which may stand in between.
    """
    ends = (_scale_at_end(form.name) for form in Decorations(None, labels).forms(name))
    return tuple(dict.fromkeys(end.scale for end in ends if end))


@dataclass(frozen=True)
class _StatedScale:
    """Scale at the end of a name."""

    start: int
    """Index at which the scale begins, without a separator before it."""
    scale: float
    of_lr: bool
    """Whether the scale is stated as that of an LR image (``LR4``)."""


def _scale_at_end(name: str) -> _StatedScale | None:
    """Return the scale with which a folded name ends; None if it ends otherwise."""
    match = _SCALE.search(name)
    if match is None:
        return None
    number = next(group for group in match.groups() if group)
    start = match.start() + (match[0][0] in _MARKS)
    return _StatedScale(start, float(number), bool(match["d"]))
