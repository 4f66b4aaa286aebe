"""Style of all figures: sizes, colours, and the style sheet for matplotlib."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STYLE_SHEET = Path(__file__).with_name("srbench.mplstyle")
"""The style sheet, which ``matplotlib.style.use`` takes too."""


class FigureStyle:
    """Sizes in inches and points, and the colours of Okabe and Ito (Color Universal Design, 2008) for all figures.

    The colours can be told apart by readers with any common kind of colour blindness. Those of `LINES` also have the
    contrast of 3:1 to white that lines and markers need (WCAG 2.1, 1.4.11); the others are for areas with an edge.
    """

    COLUMN = 3.5
    """Width of a picture in one column of a two-column page."""
    PAGE = 7.2
    """Width of a picture over both columns."""
    SMALL = 7
    """Font size of labels in panels."""

    BLACK, GREY, RULE = "#000000", "#6e6e6e", "#9a9a9a"
    """Colours of references, of secondary text, and of guide lines."""
    BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
    ORANGE, SKY, YELLOW = "#E69F00", "#56B4E9", "#F0E442"
    """Colours of areas, too light for lines."""
    LINES = (BLUE, VERMILLION, GREEN, PURPLE, BLACK)
    """Colours of lines and markers, in the order of use."""
    BAND = "#ececec"
    """Colour of a shaded part of a panel."""


@contextmanager
def house_style() -> Iterator[None]:
    """Set a matplotlib backend without a display and srbench's style sheet for the block."""
    import matplotlib as mpl
    from matplotlib import style

    mpl.use("Agg")
    with style.context(["default", STYLE_SHEET]):
        yield
