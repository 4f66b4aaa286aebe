"""Figure 1: an image enlarged by scales that are whole and by scales that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Crop, Rectangle, crops_side_by_side

if TYPE_CHECKING:
    from srbench import Drawing, FigureContext

CROPS = (
    Crop("B100", "86000", 2.5, Rectangle(120, 60, 80, 64)),
    Crop("Set14", "zebra", 4.0, Rectangle(220, 150, 80, 64)),
)
"""Parts with edges, at the paper's two scales: a facade, and stripes."""


def draw(context: FigureContext) -> Drawing:
    """Draw HR, LR and the SR image of every row, with the PSNR of the part."""
    return crops_side_by_side(context, CROPS)
