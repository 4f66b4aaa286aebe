"""Prefixes and suffixes that all names of a folder share: ``baby_SwinIR``, ``bird_SwinIR`` for ``baby``, ``bird``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEPARATORS = "_-. "
_SCALE = re.compile(r"x(\d+(?:\.\d+)?)(?!\d)|(?<![\d.])(\d+(?:\.\d+)?)x(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Affix:
    """A prefix or suffix that turns every name of one folder into a name of another."""

    text: str
    before: bool
    """Whether the text stands before the name of the image; otherwise it stands behind."""
    matches: Mapping[str, str]
    """Longer name by shorter name."""

    @property
    def template(self) -> str:
        """Form of the longer names, with ``{}`` for the shorter: ``{}_SwinIR``."""
        return f"{self.text}{{}}" if self.before else f"{{}}{self.text}"

    @property
    def scales(self) -> tuple[float, ...]:
        """Scales that the text states."""
        return tuple(float(first or second) for first, second in _SCALE.findall(self.text))

    @property
    def begins_with_scale(self) -> bool:
        """Whether the text is a suffix that begins with ``x4``, which needs no separator: ``0001x4_SwinIR``.

        A text that begins with a number (``img_14x``) may go on the number of an image.
        """
        return not self.before and self.text[0] in "xX" and _SCALE.match(self.text) is not None

    @property
    def separated(self) -> bool:
        """Whether a separator (``_``, ``-``, ``.``, space) stands between the text and the name."""
        return self.text[-1 if self.before else 0] in SEPARATORS


def common_affix(shorter: Sequence[str], longer: Sequence[str]) -> Affix | None:
    """Return the prefix or suffix by which all names of `longer` differ from those of `shorter`.

    Args:
        shorter: Names of one folder, each once.
        longer: Names of the other folder, each once.

    Returns:
        The affix; None if there is none, or if a prefix and a suffix give different matches.
    """
    if not shorter or len(shorter) != len(longer):
        return None
    surplus, uneven = divmod(sum(map(len, longer)) - sum(map(len, shorter)), len(shorter))
    if surplus <= 0 or uneven:
        return None
    targets = set(longer)
    affixes = []
    for before, text in ((False, longer[0][-surplus:]), (True, longer[0][:surplus])):
        matches = {name: f"{text}{name}" if before else f"{name}{text}" for name in shorter}
        if set(matches.values()) == targets:
            affixes.append(Affix(text, before, matches))
    if not affixes or any(affix.matches != affixes[0].matches for affix in affixes):
        return None
    return max(affixes, key=lambda affix: affix.separated)  # ``bx_b`` is ``b`` with ``bx_``, not with ``x_b``
