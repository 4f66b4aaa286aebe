"""Figures 5 and 9 to 11: the same parts of images by each method."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from srbench import Crop, Rectangle, crops_side_by_side

if TYPE_CHECKING:
    from srbench import Drawing, FigureContext

SCALE = 4.0
SIDE = 120
"""Side in HR pixels of a part in the middle of an image."""
CROPS = {
    "5": (
        Crop("Set14", "baboon", SCALE, Rectangle(150, 20, 112, 88)),
        Crop("Set14", "comic", SCALE, Rectangle(60, 60, 112, 88)),
    ),
    "9": (
        Crop("B100", "101085", SCALE, Rectangle(24, 380, 112, 88)),
        Crop("Set14", "zebra", SCALE, Rectangle(220, 150, 112, 88)),
    ),
    "10": (Crop("Manga109", "", SCALE, SIDE),),
    "11": (Crop("Urban100", "img073", SCALE, Rectangle(850, 200, 112, 88)),),
}
"""Parts of images by figure, each large enough for LPIPS: fur and drawing; pebbles and stripes; text; a facade."""


def draw(figure: str, context: FigureContext) -> Drawing:
    """Draw HR, LR and the SR image of every row, with PSNR and LPIPS of the part."""
    return crops_side_by_side(context, CROPS[figure], also=("lpips",))


figure_5, figure_9, figure_10, figure_11 = (partial(draw, figure) for figure in CROPS)
