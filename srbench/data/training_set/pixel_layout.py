"""Layout of a training set's flat pixels, planned from the image sizes before any pixel is decoded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL.ExifTags import Base

from srbench.errors import DataError
from srbench.imaging.deep import depth_of
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.imaging.image_file import opened
from srbench.imaging.image_io import read_image

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.training_set.sources import TrainingImage


NOWHERE = -1
"""Start of the span of an LR image that is not stored."""


@dataclass(frozen=True)
class PixelSpan:
    """Span of a picture in the flat pixels of a training set: start and size, in pixels of 3 bytes."""

    start: int
    height: int
    width: int

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.height * self.width


@dataclass(frozen=True)
class PlacedImage:
    """One image with the spans of its pixels: LR at each scale, and the HR that belongs to it."""

    image: TrainingImage
    lr: Mapping[float, PixelSpan]
    hr: Mapping[float, PixelSpan]
    """HR by scale; all scales share a span, unless the dataset has a separate HR file for each scale (SelfExSR)."""

    def row(self, scale: float) -> tuple[int, int, int, int, int]:
        """Return start, height and width of LR, and start and width of HR, at `scale`."""
        lr, hr = self.lr[scale], self.hr[scale]
        return lr.start, lr.height, lr.width, hr.start, hr.width


def plan(
    images: Sequence[TrainingImage],
    sizes: Mapping[Path, tuple[int, int]],
    scales: Sequence[float],
    patch: int,
    *,
    online: bool = False,
) -> tuple[tuple[PlacedImage, ...], int, tuple[str, ...]]:
    """Assign a place in the flat pixels to each image that is large enough for a patch at each scale.

    Args:
        images: The images of the training set.
        sizes: HR file -> (height, width).
        scales: The scales to train at.
        patch: Side of a patch in LR pixels, or in HR pixels if `online`.
        online: Whether LR is made during training; its spans then start at `NOWHERE`.

    Returns:
        The places, the number of pixels that they take, and the images left out, as ``name (WxH, ...)``.

    Raises:
        DataError: if every image is smaller than `patch`.
    """

    def hr_size(image: TrainingImage) -> tuple[int, int]:
        return sizes[image.files.hr_at(scales[0])]  # with a file for each scale only those are measured

    least = {scale: lr_side(patch, scale) if online else patch for scale in scales}
    places: list[PlacedImage] = []
    left_out: list[str] = []
    end = 0
    for image in images:
        lr_sizes = {scale: _lr_size(image, sizes[image.files.hr_at(scale)], scale) for scale in scales}
        if any(min(size) < least[scale] for scale, size in lr_sizes.items()):
            left_out.append(f"{image.name} ({_text(hr_size(image))}, smaller than the patch)")
            continue
        hr: dict[float, PixelSpan] = {}
        for file in dict.fromkeys(image.files.hr_at(scale) for scale in scales):
            same = [scale for scale in scales if image.files.hr_at(scale) == file]
            sides = zip(*([hr_side(side, scale) for side in lr_sizes[scale]] for scale in same), strict=True)
            span = PixelSpan(end, *map(max, sides))
            hr |= dict.fromkeys(same, span)
            end += span.pixels
        lr: dict[float, PixelSpan] = {}
        for scale in scales:
            lr[scale] = PixelSpan(NOWHERE if online else end, *lr_sizes[scale])
            end += 0 if online else lr[scale].pixels
        places.append(PlacedImage(image, lr, hr))
    if not places:
        largest = max(map(hr_size, images), key=min)
        at = f"LR pixels at x{max(scales):g} ({patch * max(scales):g} HR pixels)"
        raise DataError(
            f"every training image is smaller than a patch of {patch} {'HR pixels' if online else at}, "
            f"the largest is {_text(largest)}; choose a smaller patch"
        )
    return tuple(places), end, tuple(left_out)


def table(places: Sequence[PlacedImage], scale: float) -> NDArray[np.int64]:
    """Return the `PlacedImage.row` of each image as an array (N, 5), in pixels."""
    return np.array([place.row(scale) for place in places], np.int64).reshape(-1, 5)


def image_size(path: Path) -> tuple[int, int]:
    """Return the (height, width) that `read_image` would give, from the file's header if possible.

    Raises:
        DataError: if the image can't be read.
    """
    with suppress(DataError), opened(path) as image:  # `read_image` raises it again, with the reason
        if depth_of(image).bits <= 8:
            turned = image.getexif().get(Base.Orientation, 1) in range(5, 9)
            return (image.width, image.height) if turned else (image.height, image.width)
    height, width = read_image(path).shape[:2]
    return height, width


def _lr_size(image: TrainingImage, hr: tuple[int, int], scale: float) -> tuple[int, int]:
    height, width = hr
    return hr if image.dataset.equal_size else (lr_side(height, scale), lr_side(width, scale))


def _text(size: tuple[int, int]) -> str:
    return f"{size[1]}x{size[0]}"
