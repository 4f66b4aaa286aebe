"""The images and image parts of Figures 3 to 6."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from srbench import Crop, Rectangle, crops_side_by_side
from srbench_gpnas_ensemble.datasets import REAL_LIKE, REAL_PAIRS

if TYPE_CHECKING:
    from srbench import Drawing, FigureContext

PARTS = {
    2.0: (
        ("zebra", Rectangle(220, 150, 80, 64)),
        ("ppt3", Rectangle(30, 80, 80, 64)),
        ("86000", Rectangle(120, 60, 80, 64)),
    ),
    3.0: (
        ("butterfly", Rectangle(60, 100, 80, 64)),
        ("78004", Rectangle(170, 112, 80, 64)),
        ("comic", Rectangle(60, 60, 80, 64)),
    ),
    4.0: (
        ("barbara", Rectangle(165, 16, 80, 64)),
        ("monarch", Rectangle(300, 140, 80, 64)),
        ("253027", Rectangle(150, 120, 80, 64)),
    ),
}
"""Images of `REAL_LIKE` and their parts, by scale: stripes, letters, facades, wings."""
PHOTOGRAPHS = (
    Crop(REAL_PAIRS, "cam1_02", 4.0, Rectangle(710, 390, 160, 128)),
    Crop(REAL_PAIRS, "cam2_02", 4.0, Rectangle(1120, 340, 160, 128)),
)
"""Parts of real photographs: letters of books and of a poster."""


def at(scale: float, context: FigureContext) -> Drawing:
    """Draw HR and the SR image of every row for the parts at `scale`, with PSNR."""
    return crops_side_by_side(context, [Crop(REAL_LIKE, image, scale, part) for image, part in PARTS[scale]])


at_x2, at_x3, at_x4 = (partial(at, scale) for scale in (2.0, 3.0, 4.0))


def real(context: FigureContext) -> Drawing:
    """Draw Figure 6: HR and the SR image of every row for the real photographs."""
    return crops_side_by_side(context, PHOTOGRAPHS)
