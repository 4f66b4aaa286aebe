"""Figure 6: the same parts of three images by every method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Crop, Rectangle, crops_side_by_side
from srbench_esrgan_gan.figures import SCALE

if TYPE_CHECKING:
    from srbench import Drawing, FigureContext

CROPS = (
    Crop("Set14", "baboon", SCALE, Rectangle(150, 20, 112, 88)),
    Crop("Set14", "comic", SCALE, Rectangle(60, 60, 112, 88)),
    Crop("Set14", "zebra", SCALE, Rectangle(220, 150, 112, 88)),
)
"""Parts shown: fur, fine drawing, stripes and grass; each large enough for LPIPS."""


def draw(context: FigureContext) -> Drawing:
    """Draw HR and the SR image of every row, with PSNR and LPIPS of the part."""
    return crops_side_by_side(context, CROPS, also=("lpips",))
