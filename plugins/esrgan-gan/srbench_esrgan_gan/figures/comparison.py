"""Figure 6: the same parts of three images by all approaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.figures.crops import Crop, crops_side_by_side
from srbench.figures.rectangle import Rectangle
from srbench_esrgan_gan.figures import SCALE

if TYPE_CHECKING:
    from srbench import Drawing
    from srbench.figures.context import FigureContext

CROPS = (
    Crop("Set14", "baboon", SCALE, Rectangle(150, 20, 112, 88)),
    Crop("Set14", "comic", SCALE, Rectangle(60, 60, 112, 88)),
    Crop("Set14", "zebra", SCALE, Rectangle(220, 150, 112, 88)),
)
"""Fur, fine drawing, stripes and grass; large enough for LPIPS of the part."""


def draw(context: FigureContext) -> Drawing:
    """HR and every row's SR image, with PSNR and LPIPS of the part."""
    return crops_side_by_side(context, CROPS, also=("lpips",))
