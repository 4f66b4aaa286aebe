"""Figures 3 to 6: parts of images by every network and by their mean."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from srbench import Crop, Rectangle, Unavailable, crops_side_by_side
from srbench_gpnas_ensemble.datasets import REAL_LIKE, REAL_PAIRS
from srbench_gpnas_ensemble.tables import BICUBIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from srbench import Drawing, FigureContext

IMAGES = {
    2.0: ("zebra", "ppt3", "86000"),
    3.0: ("butterfly", "78004", "comic"),
    4.0: ("barbara", "monarch", "253027"),
}
"""Names of the images of `REAL_LIKE` that Figures 3 to 5 show, by scale."""
WIDTH, HEIGHT, STEP = 80, 64, 8
"""Size of a part, and the distance of the places that are compared, in HR pixels."""
PHOTOGRAPHS = (
    Crop(REAL_PAIRS, "cam1_02", 4.0, Rectangle(710, 390, 160, 128)),
    Crop(REAL_PAIRS, "cam2_02", 4.0, Rectangle(1120, 340, 160, 128)),
)
"""Parts of real photographs: letters of books and of a poster."""


def draw(scale: float, context: FigureContext) -> Drawing:
    """Draw HR and the SR image of every row at `scale`, with PSNR, where the networks differ most in each image."""
    crops = [Crop(REAL_LIKE, image, scale, _part(context, image, scale)) for image in IMAGES[scale]]
    return crops_side_by_side(context, crops)


at_x2, at_x3, at_x4 = (partial(draw, scale) for scale in (2.0, 3.0, 4.0))


def real(context: FigureContext) -> Drawing:
    """Draw Figure 6: HR and the SR image of every row for the real photographs."""
    return crops_side_by_side(context, PHOTOGRAPHS)


def most_different(images: Sequence[NDArray[np.uint8]]) -> Rectangle:
    """Return the part in which the SR images of one image differ most: by the mean deviation of its pixels.

    Args:
        images: Two or more images of one size, (H, W, 3), not smaller than the part.
    """
    deviation = np.stack(images).astype(np.float64).std(axis=0).mean(axis=2)
    sums = np.pad(deviation.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    height, width = deviation.shape
    return max(
        (
            Rectangle(left, top, WIDTH, HEIGHT)
            for top in range(0, height - HEIGHT + 1, STEP)
            for left in range(0, width - WIDTH + 1, STEP)
        ),
        key=lambda part: (
            sums[part.top + HEIGHT, part.left + WIDTH]
            - sums[part.top, part.left + WIDTH]
            - sums[part.top + HEIGHT, part.left]
            + sums[part.top, part.left]
        ),
    )


def _part(context: FigureContext, image: str, scale: float) -> Rectangle | int:
    """Return the part in which the networks at hand differ most, or the middle of the image if fewer than two are."""
    if context.demo:
        return HEIGHT
    shown = []
    for row in context.figure.rows:
        try:
            dataset = context.dataset(REAL_LIKE, scale)
            files = next((files for files in dataset.images if files.name == image), None)
            if files is not None and row.label != BICUBIC.label:
                method = context.method(row.method, scale, dataset=REAL_LIKE)
                shown.append(context.sample(method, dataset, files, scale).sr)
        except Unavailable:  # `crops_side_by_side` names what is missing
            continue
    return most_different(shown) if len(shown) > 1 else HEIGHT
