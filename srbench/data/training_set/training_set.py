"""Training sets: images decoded once to uint8, with LR made once per scale or on request."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from srbench.data.training_set.alignment import correlation
from srbench.data.training_set.decode import decode_hr, decode_pair, hr_sizes, map_in_threads
from srbench.data.training_set.pixel_layout import plan, table
from srbench.data.training_set.pixel_store import file_name, in_file, in_memory
from srbench.data.training_set.scales import check_scales
from srbench.data.training_set.sources import training_images
from srbench.errors import DataError, UsageError
from srbench.imaging.resize import imresize
from srbench.memory import free_memory
from srbench.specs.model import scales_text
from srbench.storage.roots import cache_dir
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.datasets.finder import DatasetFinder
    from srbench.data.training_set.pixel_layout import PlacedImage
    from srbench.data.training_set.pixel_store import Sink
    from srbench.data.training_set.sources import TrainingImage
    from srbench.specs.protocol import ResizeMode


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """HR images and their LR as uint8, LR stored by scale or made online; grey images have three equal channels."""

    names: tuple[str, ...]
    scales: tuple[float, ...]
    left_out: tuple[str, ...]
    """Images left out: those smaller than the patch, as ``name (WxH)``, then those whose LR and HR are misaligned, as
    ``name (correlation 0.9712 at x2)``."""
    pixels: NDArray[np.uint8]
    """Flat pixels (pixels, 3): all pictures one after the other, row by row. The parts of a `split` share them."""
    tables: Mapping[float, NDArray[np.int64]]
    """Scale -> one row per image: start, height and width of LR, start and width of HR, in pixels."""
    digests: tuple[str, ...]
    """SHA-256 of each image's HR pixels and stored LR pixels."""
    online: ResizeMode | None = None
    """Resize mode by which LR is made from HR on request; None if LR is stored."""

    def __len__(self) -> int:
        return len(self.names)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over names, sizes and pixels (HR and stored LR) of the images in order."""
        lines = (f"{name} {digest}\n" for name, digest in zip(self.names, self.digests, strict=True))
        return hashlib.sha256(name_bytes("".join(lines))).hexdigest()

    def lr(self, index: int, scale: float) -> NDArray[np.uint8]:
        """Return LR of image `index` at `scale`, (h, w, 3): a view not to be written to, or a new array if `online`."""
        start, height, width, _, _ = self._row(index, scale)
        if self.online:
            return imresize(self.hr(index, scale), 1 / scale, mode=self.online, size=(height, width))
        return self.pixels[start : start + height * width].reshape(height, width, 3)

    def hr(self, index: int, scale: float) -> NDArray[np.uint8]:
        """Return HR of image `index`, cropped to (h * scale, w * scale, 3): a view not to be written to."""
        _, height, width, start, stride = self._row(index, scale)
        rows = round(height * scale)
        return self.pixels[start : start + rows * stride].reshape(rows, stride, 3)[:, : round(width * scale)]

    def _row(self, index: int, scale: float) -> tuple[int, ...]:
        if scale not in self.tables:
            raise UsageError(f"training set: has no x{scale:g}; choose one of {scales_text(self.scales)}")
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
    """Load the images of `sources` with their LR at `scales`.

    LR is as `load_pair` gives it under `lr_mode`. Images too small for a patch at one of the scales are left out.

    A set that needs more than `memory_limit` bytes, or that has datasets with their own degradation, is mapped from a
    file under `cache`. The file is kept and reused as long as the image files do not change.

    Args:
        sources: Names of datasets, parts or folders (see `training_images`).
        finder: Finder of the datasets.
        scales: Scales to train at: whole numbers, or real numbers above 1 if `online`.
        lr_mode: Mode of imresize that makes LR.
        patch: Side of a patch in LR pixels, or in HR pixels if `online`.
        online: Whether LR is made from HR on request; it is then neither stored nor read from files.
        least_correlation: Minimum correlation of LR and HR at each scale; other images are left out (`misaligned`).
        memory_limit: Maximum size in memory in bytes; None for half of the free memory.
        cache: Folder of the files; None for ``training/`` in srbench's cache folder.

    Raises:
        UsageError: if there are no sources, if test images are among them, or if patches can't be cut at a scale.
        DataError: if a source can't be found, if images are broken (all are counted, the first ones named), or if no
            image is large enough or has the least correlation.
    """
    images = training_images(sources, finder)
    scales = tuple(dict.fromkeys(float(scale) for scale in scales))
    check_scales(scales, images, online=online)
    if patch < 1:
        raise UsageError(f"patch of {patch} pixels: too small; choose 1 or more")
    for remark in _remarks(images, scales, "" if online else lr_mode):
        warnings.warn(remark, stacklevel=2)
    places, pixels, left_out = plan(images, hr_sizes(images, scales), scales, patch, online=online)

    def fill(sink: Sink) -> list[str]:
        return map_in_threads(
            lambda place: decode_hr(place, sink) if online else decode_pair(place, lr_mode, sink), places
        )

    limit = free_memory() // 2 if memory_limit is None else memory_limit
    # the degradations of datasets take longer to compute than to read from a file
    if 3 * pixels <= limit and not any(place.image.dataset.degradation for place in places):
        array, digests = in_memory(pixels, fill)
    else:
        # `repr`, as scales that are equal in the short format may crop HR differently
        kind = ["online", repr(scales)] if online else [lr_mode]
        name = file_name([*kind, *_identity(places, scales)])
        array, digests = in_file((cache or cache_dir() / "training") / name, pixels, len(places), fill)
    names = tuple(place.image.name for place in places)
    tables = {scale: table(places, scale) for scale in scales}
    training = TrainingSet(names, scales, left_out, array, tables, tuple(digests), lr_mode if online else None)
    return training if least_correlation is None else _aligned(training, least_correlation)


def _remarks(images: Sequence[TrainingImage], scales: Sequence[float], lr_mode: str) -> list[str]:
    """Return remarks on files and folders: ``photos: 1 file left out: a.gif``.

    Args:
        images: The images of the training set.
        scales: Scales to train at.
        lr_mode: Resize mode of LR; empty if LR is made during training.
    """
    datasets = {id(image.dataset): image.dataset for image in images}.values()
    return list(
        dict.fromkeys(
            f"{dataset.name}: {remark}"
            for dataset in datasets
            for scale in scales
            for remark in dataset.remarks_at(scale, dataset.lr_source(scale, lr_mode) if lr_mode else "")
        )
    )


def split(training: TrainingSet, hold_out: int) -> tuple[TrainingSet, TrainingSet]:
    """Split a training set into training images and `hold_out` validation images, evenly spread over the set.

    Raises:
        UsageError: if no training image would be left.
    """
    count = len(training)
    if not 0 <= hold_out < count:
        raise UsageError(f"can't hold out {hold_out} of {count} training images; choose 0 to {count - 1}")
    held = [(2 * turn + 1) * count // (2 * hold_out) for turn in range(hold_out)]
    kept = sorted(set(range(count)) - set(held))
    return _subset(training, kept, training.left_out), _subset(training, held, ())


def _aligned(training: TrainingSet, least: float) -> TrainingSet:
    """Return a training set without its misaligned images."""
    wrong = misaligned(training, least)
    kept = [index for index in range(len(training)) if index not in wrong]
    if not kept:
        raise DataError(
            f"no training image has LR and HR that correlate by {least:g}, the first is {next(iter(wrong.values()))}; "
            "choose a smaller least_correlation, or aligned pairs"
        )
    return _subset(training, kept, (*training.left_out, *wrong.values()))


def _subset(training: TrainingSet, indices: list[int], left_out: tuple[str, ...]) -> TrainingSet:
    """Return the images with these indices as a training set that shares the pixels."""
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
    """Return everything that the pixels depend on, so that other files, scales or patches get another cache file."""
    lines = [scales_text(scales)]
    for place in places:
        dataset = place.image.dataset
        lines.append(f"{place.image.name} {dataset.lr_mode} {dataset.equal_size}")
        if dataset.degradation:
            # the degradation depends on the image's name in its own dataset, not on that in the training set
            lines.append(f"LR of {place.image.files.name} by {dataset.degradation.build} {dataset.degradation.label}")
        lines.extend(f"shrunk {step.by!r} {step.mode}" for step in place.image.files.downscales)
        for path in (*(place.image.files.hr_at(scale) for scale in scales), *place.image.files.lr.values()):
            status = path.stat()
            lines.append(f"{path.absolute()} {status.st_size} {status.st_mtime_ns}")
    return lines


def misaligned(images: TrainingSet, least: float) -> dict[int, str]:
    """Return index -> ``name (correlation 0.9712 at x2)`` of the images whose LR and HR are misaligned.

    These are the images with a correlation below `least` at one of the scales; gpnas-ensemble (Sec. 5) leaves out pairs
    below 0.99.
    """

    def worst(index: int) -> tuple[float, float]:
        return min((correlation(images.lr(index, scale), images.hr(index, scale)), scale) for scale in images.scales)

    correlations = map_in_threads(worst, range(len(images)))
    return {
        index: f"{name} (correlation {value:.4f} at x{scale:g})"
        for index, (name, (value, scale)) in enumerate(zip(images.names, correlations, strict=True))
        if value < least
    }
