"""Decoding of the images of a training set, in parallel."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from srbench.data.datasets.hr_image import downscaled_size, read_hr
from srbench.data.datasets.pairs import load_pair
from srbench.data.training_set.pixel_layout import image_size
from srbench.errors import DataError
from srbench.imaging.image_io import read_image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.training_set.pixel_layout import PlacedImage
    from srbench.data.training_set.pixel_store import Sink
    from srbench.data.training_set.sources import TrainingImage
    from srbench.specs.protocol import ResizeMode

Item = TypeVar("Item")
Result = TypeVar("Result")

NAMED = 5
"""Maximum number of broken images that an error names; the others are only counted."""


def decode_pair(place: PlacedImage, lr_mode: ResizeMode, sink: Sink) -> str:
    """Decode one image, make its LR, put HR and LR into `sink`, and return the SHA-256 of all its pixels.

    Args:
        place: The image and its place in the flat pixels.
        lr_mode: Mode of imresize that makes LR, unless the dataset has its own LR images.
        sink: Receiver of the pixels.

    Raises:
        DataError: if the image can't be read, or if its size has changed since it was planned.
    """
    digest = hashlib.sha256()
    merged = {span.start: np.zeros((span.height, span.width, 3), np.uint8) for span in place.hr.values()}
    for scale, span in place.lr.items():
        pair = load_pair(place.image.files, scale, lr_mode, place.image.dataset)
        lr, hr = (_colour(picture) for picture in (pair.lr, pair.hr))
        target = merged[place.hr[scale].start]
        if lr.shape[:2] != (span.height, span.width) or any(np.greater(hr.shape, target.shape)):
            raise DataError(f"{place.image.files.hr_at(scale)}: its size changed during reading; try again")
        target[: hr.shape[0], : hr.shape[1]] = hr
        sink.put(span, lr)
        digest.update(f"x{scale:g} {lr.shape[0]}x{lr.shape[1]}\n".encode() + lr.tobytes())
    for span in dict.fromkeys(place.hr.values()):
        picture = merged[span.start]
        sink.put(span, picture)
        digest.update(f"HR {span.height}x{span.width}\n".encode() + picture.tobytes())
    return digest.hexdigest()


def decode_hr(place: PlacedImage, sink: Sink) -> str:
    """Decode one image, put its HR into `sink`, and return the SHA-256 of its pixels.

    Raises:
        DataError: if the image can't be read, or if its size has changed since it was planned.
    """
    digest = hashlib.sha256()
    files = place.image.files
    for span, scale in {span: scale for scale, span in place.hr.items()}.items():
        picture = _colour(read_hr(files, scale))[: span.height, : span.width]
        if picture.shape[:2] != (span.height, span.width):
            raise DataError(f"{files.hr_at(scale)}: its size changed during reading; try again")
        sink.put(span, picture)
        digest.update(f"HR {span.height}x{span.width}\n".encode() + picture.tobytes())
    return digest.hexdigest()


def _colour(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture with three channels; those of a grey picture are equal."""
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


def hr_sizes(images: Sequence[TrainingImage], scales: Sequence[float]) -> dict[Path, tuple[int, int]]:
    """Return the (height, width) of each HR file's image, after the downscaling steps of the image.

    Raises:
        DataError: if files are broken; the message names all of them.
    """
    steps = {image.files.hr_at(scale): image.files.downscales for image in images for scale in scales}
    return {file: downscaled_size(size, steps[file]) for file, size in sizes(list(steps)).items()}


def sizes(files: list[Path]) -> dict[Path, tuple[int, int]]:
    """Return the (height, width) of each file, read from its header.

    Raises:
        DataError: if files are broken; all files are then decoded, so that the message names all broken ones.
    """
    try:
        return dict(zip(files, map_in_threads(image_size, files), strict=True))
    except DataError:
        map_in_threads(lambda file: read_image(file).shape, files)
        raise


def map_in_threads(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return the results of `function` for `items`, in their order, computed in threads.

    Raises:
        DataError: if `function` raises one for any item; it names the first of them.
    """

    def attempt(item: Item) -> Result | DataError:  # collects the errors of all items, for one message
        try:
            return function(item)
        except DataError as error:
            return error

    # Decoding, NumPy's arithmetic and hashing release the GIL.
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        results = list(pool.map(attempt, items))
    finally:
        pool.shutdown(cancel_futures=True)
    faults = [result for result in results if isinstance(result, DataError)]
    if not faults:
        return [result for result in results if not isinstance(result, DataError)]
    if len(faults) == 1:
        raise DataError(f"{faults[0]} (or remove it; it is one of {len(items)} training images)")
    named = "; ".join(map(str, faults[:NAMED]))
    more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    raise DataError(
        f"{len(faults)} of {len(items)} training images can't be used; replace or remove them: {named}{more}"
    )
