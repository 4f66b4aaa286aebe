"""Reading of HR images, and their reduction in size where a dataset is derived by downscaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srbench.imaging.image_io import read_8_bits
from srbench.imaging.resize import imresize, output_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from srbench.data.image_files import ImageFiles
    from srbench.specs.dataset import Downscale


def read_hr(files: ImageFiles, scale: float) -> NDArray[np.uint8]:
    """Return the HR image at `scale`: uint8, (H, W, 3) RGB or (H, W) grey; 16 bits are rounded to 8.

    Raises:
        DataError: if the file cannot be read.
    """
    return downscale(read_8_bits(files.hr_at(scale)), files.downscales)


def downscale(image: NDArray[np.uint8], steps: Iterable[Downscale]) -> NDArray[np.uint8]:
    """Return an image (H, W, 3) or (H, W) after all steps; as in MATLAB's imresize, sides are rounded up."""
    for step in steps:
        image = imresize(image, 1 / step.by, mode=step.mode).astype(np.uint8, copy=False)
    return np.ascontiguousarray(image)


def downscaled_size(size: tuple[int, int], steps: Iterable[Downscale]) -> tuple[int, int]:
    """Return the (height, width) that `downscale` gives for an image of `size`."""
    height, width = size
    for step in steps:
        height, width = output_size(height, 1 / step.by), output_size(width, 1 / step.by)
    return height, width
