"""Figures 5 and 6: the same part of an image by each method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Crop, Rectangle, crops_side_by_side

if TYPE_CHECKING:
    from srbench import Drawing, FigureContext

BENCHMARKS = (
    Crop("B100", "86000", 2.0, Rectangle(120, 60, 60, 48)),
    Crop("B100", "78004", 3.0, Rectangle(170, 112, 75, 60)),
    Crop("Set14", "barbara", 4.0, Rectangle(165, 16, 80, 64)),
)
"""Parts with fine regular structure, where methods differ: two facades, and books."""
SIDE = 120
REAL = (
    Crop("RealSR", "", 3.0, SIDE),
    Crop("RealSR", "", 4.0, SIDE),
    Crop("RealSR-sample", "cam1_01", 4.0, Rectangle(790, 205, 160, 128)),
)


def draw(context: FigureContext) -> Drawing:
    """Draw Figure 5: one image at each scale."""
    return crops_side_by_side(context, BENCHMARKS)


def draw_real(context: FigureContext) -> Drawing:
    """Draw Figure 6: RealSR at x3 and x4, and a sample of other real pairs, as far as they are available."""
    return crops_side_by_side(context, REAL)
