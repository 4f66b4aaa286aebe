"""The images that a network is trained on: decoded once, LR made once for each scale or when asked for, all uint8."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import psutil

from srbench.data.training_set.alignment import correlation
from srbench.data.training_set.decode import decode_hr, decode_pair, hr_sizes, map_in_threads
from srbench.data.training_set.pixel_layout import plan, table
from srbench.data.training_set.pixel_store import file_name, in_file, in_memory
from srbench.data.training_set.scales import check_scales
from srbench.data.training_set.sources import training_images
from srbench.errors import DataError, UsageError
from srbench.imaging.resize import imresize
from srbench.storage.roots import cache_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.datasets.finder import DatasetFinder
    from srbench.data.training_set.pixel_layout import PlacedImage
    from srbench.data.training_set.pixel_store import Sink
    from srbench.specs.protocol import ResizeMode


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """HR images as uint8, and their LR, made once per scale or `online`. Grey images have three equal channels."""

    names: tuple[str, ...]
    scales: tuple[float, ...]
    left_out: tuple[str, ...]
    """Images smaller than the patch, as ``name (WxH)``, then those whose LR and HR don't lie on each other, as
    ``name (correlation 0.9712 at x2)``."""
    pixels: NDArray[np.uint8]
    """(pixels, 3): every picture, row by row, one behind the other. Shared between the parts of a `split`."""
    tables: Mapping[float, NDArray[np.int64]]
    """Scale -> a row for each image: LR's start, height and width, HR's start and width, counted in pixels."""
    digests: tuple[str, ...]
    """SHA-256 of each image's HR pixels, and of the LR pixels that are kept."""
    online: ResizeMode | None = None
    """No LR is kept: whoever needs it makes it of HR, by this imresize. None: LR is kept."""

    def __len__(self) -> int:
        return len(self.names)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over names, sizes and pixels, HR and LR, of the images in their order."""
        lines = (f"{name} {digest}\n" for name, digest in zip(self.names, self.digests, strict=True))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def lr(self, index: int, scale: float) -> NDArray[np.uint8]:
        """LR of image `index` at `scale`: (h, w, 3), a view that is not to be written to; made anew where `online`."""
        start, height, width, _, _ = self._row(index, scale)
        if self.online:
            return imresize(self.hr(index, scale), 1 / scale, mode=self.online, size=(height, width))
        return self.pixels[start : start + height * width].reshape(height, width, 3)

    def hr(self, index: int, scale: float) -> NDArray[np.uint8]:
        """HR of image `index`, cropped to (h * scale, w * scale, 3): a view that is not to be written to."""
        _, height, width, start, stride = self._row(index, scale)
        rows = round(height * scale)
        return self.pixels[start : start + rows * stride].reshape(rows, stride, 3)[:, : round(width * scale)]

    def _row(self, index: int, scale: float) -> tuple[int, ...]:
        if scale not in self.tables:
            raise UsageError(f"training set has no x{scale:g}: it was made for {_list(self.scales)}")
        return tuple(self.tables[scale][index].tolist())


def load_training_set(
    sources: Sequence[str],
    finder: DatasetFinder,
    *,
    scales: Sequence[float],
    lr_mode: ResizeMode,
    patch: int,
    online: bool = False,
    least_correlation: float | None = None,
    memory_limit: int | None = None,
    cache: Path | None = None,
) -> TrainingSet:
    """The images of `sources` (see `training_images`) at `scales`, LR as `load_pair` gives it under `lr_mode`.

    Images from which no `patch` (LR pixels a side) can be cut at one of the scales are left out, and those whose LR and
    HR correlate less than `least_correlation` at one of them (`srbench.data.training_set.training_set.misaligned`). What needs more
    than `memory_limit` bytes (None: half of the memory that is free), and what has LR images of a dataset's own making,
    is mapped from a file under `cache` (None: ``training/`` of srbench's cache folder), which is kept and found again
    while the images' files stay as they are.
    Where `online`, `patch` counts HR pixels, `scales` are real numbers above 1, and LR is made of HR when asked for: it
    is never kept, nor taken from files.

    Raises `UsageError` for scales that patches can't be cut at, and `DataError` for sources that can't be found, for
    broken images, all of which are counted and the first named, and where no image is large enough, or none correlates.
    """
    images = training_images(sources, finder)
    scales = tuple(dict.fromkeys(float(scale) for scale in scales))
    check_scales(scales, images, online=online)
    if patch < 1:
        raise UsageError(f"a patch of {patch} pixels: it has 1 or more")
    places, pixels, left_out = plan(images, hr_sizes(images, scales), scales, patch, online=online)

    def fill(sink: Sink) -> list[str]:
        return map_in_threads(
            lambda place: decode_hr(place, sink) if online else decode_pair(place, lr_mode, sink), places
        )

    limit = psutil.virtual_memory().available // 2 if memory_limit is None else memory_limit
    # LR that a dataset makes in a way of its own takes longer to make than to read
    if 3 * pixels <= limit and not any(place.image.dataset.degradation for place in places):
        array, digests = in_memory(pixels, fill)
    else:
        # x2.333333 and x2.333334 are written alike, and crop HR unlike
        kind = ["online", repr(scales)] if online else [lr_mode]
        name = file_name([*kind, *_identity(places, scales)])
        array, digests = in_file((cache or cache_dir() / "training") / name, pixels, len(places), fill)
    names = tuple(place.image.name for place in places)
    tables = {scale: table(places, scale) for scale in scales}
    whole = TrainingSet(names, scales, left_out, array, tables, tuple(digests), lr_mode if online else None)
    return whole if least_correlation is None else _aligned(whole, least_correlation)


def split(training: TrainingSet, hold_out: int) -> tuple[TrainingSet, TrainingSet]:
    """(images to train on, `hold_out` images for validation): these lie evenly spread over the set.

    Raises `UsageError` where that would leave nothing to train on.
    """
    count = len(training)
    if not 0 <= hold_out < count:
        raise UsageError(f"can't hold out {hold_out} of {count} training images: 0 to {count - 1} leave some")
    held = [(2 * turn + 1) * count // (2 * hold_out) for turn in range(hold_out)]
    kept = sorted(set(range(count)) - set(held))
    return _subset(training, kept, training.left_out), _subset(training, held, ())


def _aligned(training: TrainingSet, least: float) -> TrainingSet:
    wrong = misaligned(training, least)
    kept = [index for index in range(len(training)) if index not in wrong]
    if not kept:
        raise DataError(
            f"no training image has LR and HR that correlate by {least:g}: {next(iter(wrong.values()))} is the first; "
            "take a smaller least_correlation, or pairs that lie on each other"
        )
    return _subset(training, kept, (*training.left_out, *wrong.values()))


def _subset(training: TrainingSet, indices: list[int], left_out: tuple[str, ...]) -> TrainingSet:
    return TrainingSet(
        tuple(training.names[index] for index in indices),
        training.scales,
        left_out,
        training.pixels,
        {scale: rows[np.array(indices, np.int64)] for scale, rows in training.tables.items()},
        tuple(training.digests[index] for index in indices),
        training.online,
    )


def _identity(places: Iterable[PlacedImage], scales: tuple[float, ...]) -> list[str]:
    """What the pixels depend on, so that another file, scale or patch never finds them."""
    lines = [_list(scales)]
    for place in places:
        dataset = place.image.dataset
        lines.append(f"{place.image.name} {dataset.lr_mode} {dataset.equal_size}")
        if dataset.degradation:
            # not of the image's name in the whole training set, but in its own
            lines.append(f"LR of {place.image.files.name} by {dataset.degradation.build} {dataset.degradation.label}")
        lines.extend(f"shrunk {step.by!r} {step.mode}" for step in place.image.files.downscales)
        for path in (*(place.image.files.hr_at(scale) for scale in scales), *place.image.files.lr.values()):
            status = path.stat()
            lines.append(f"{path.absolute()} {status.st_size} {status.st_mtime_ns}")
    return lines


def _list(scales: Iterable[float]) -> str:
    return ", ".join(f"x{scale:g}" for scale in scales)


def misaligned(images: TrainingSet, least: float) -> dict[int, str]:
    """Index -> ``name (correlation 0.9712 at x2)`` of those whose pair correlates less than `least` at one scale.

    gpnas-ensemble (Sec. 5) leaves out what is below 0.99.
    """

    def worst(index: int) -> tuple[float, float]:
        return min((correlation(images.lr(index, scale), images.hr(index, scale)), scale) for scale in images.scales)

    found = map_in_threads(worst, range(len(images)))
    return {
        index: f"{name} (correlation {value:.4f} at x{scale:g})"
        for index, (name, (value, scale)) in enumerate(zip(images.names, found, strict=True))
        if value < least
    }
