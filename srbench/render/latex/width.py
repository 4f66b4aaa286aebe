"""Widths and heights of a table on the page, estimated for Computer Modern, LaTeX's usual font."""

from __future__ import annotations

from dataclasses import dataclass

TEXT_WIDTH, TEXT_HEIGHT = 450, 640
"""Text area in points: that of a page of A4 or letter paper with margins of an inch."""
COLUMN_WIDTH = 235
"""Width in points of a column of a paper with two."""
GAP = 6
"""Space between columns in points, twice ``\\tabcolsep``."""
_EM = {**dict.fromkeys("il.,:;'|!()[]j", 0.3), **dict.fromkeys(" -frtI", 0.36), **dict.fromkeys("mwMW%±≤≥→✓≁✗@", 0.85)}
"""Widths of characters in em; digits and others have half an em, capitals three quarters."""
_RAISED = 0.75
"""Size of a raised sign in relation to the text."""


@dataclass(frozen=True)
class Size:
    """A size of type."""

    command: str
    em: float
    """Width of an em in points; small type is wider in relation to its height."""
    line: float
    """Height of a line in points."""


SIZES = (Size(r"\small", 9.5, 11.5), Size(r"\footnotesize", 8.8, 10.0), Size(r"\scriptsize", 8.2, 8.5))
"""Sizes of tables, the largest first; smaller type can't be read."""


def width_in_em(text: str, raised: str = "") -> float:
    """Return the width of `text` and of the sign `raised` behind it, in em."""
    return sum(map(_width, text)) + _RAISED * sum(map(_width, raised))


def _width(character: str) -> float:
    if character in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        return 0.5 * _RAISED
    return _EM.get(character, 0.75 if character.isupper() or ord(character) > 0x17F else 0.51)
