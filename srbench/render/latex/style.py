"""Rules and signs of the two styles of LaTeX tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Style:
    """Rules and signs of a table, and the packages that they need."""

    name: str
    top: str
    middle: str
    bottom: str
    span: str
    """Rule below the columns ``{first}`` to ``{last}``."""
    signs: Mapping[str, str]
    """Math for each character of a verdict's sign (`Verdict.mark`)."""
    packages: tuple[str, ...]

    def mark(self, sign: str) -> str:
        """Return the sign of a verdict, raised; empty for an empty sign."""
        if not sign:
            return ""
        # without its height, which would set the line apart
        return rf"\smash{{$^{{{''.join(self.signs.get(character, character) for character in sign)}}}$}}"


_SIGNS = {"✗": r"\times ", "†": r"\dagger ", "‡": r"\ddagger ", "*": "{*}"}
BOOKTABS = Style(
    "booktabs",
    r"\toprule",
    r"\midrule",
    r"\bottomrule",
    r"\cmidrule(lr){{{first}-{last}}}",
    {**_SIGNS, "✓": r"\checkmark ", "≁": r"\nsim "},
    ("booktabs", "amssymb"),
)
PLAIN = Style(
    "plain",
    r"\hline",
    r"\hline",
    r"\hline",
    r"\cline{{{first}-{last}}}",
    {**_SIGNS, "✓": r"\surd ", "≁": r"\not\sim "},
    (),
)
