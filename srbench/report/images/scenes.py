"""Scenes of the report: HR, LR and the SR images of all methods for one image of a dataset."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srbench.bench.measuring.metric_values import metric_function
from srbench.bench.measuring.run_job import samples, saved_file, upscaler_of
from srbench.bench.planning.job import Job
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.datasets.pairs import pair_under
from srbench.device import pick_device
from srbench.errors import SrbenchError, Unavailable
from srbench.imaging.colour import as_uint8
from srbench.imaging.image_io import read_image
from srbench.imaging.window import detailed_window
from srbench.report.images.crops import CropValues, crop_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from srbench.bench.resolve.resolved import ResolvedMetric
    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.imaging.rectangle import Rectangle
    from srbench.inference.method import ResolvedMethod
    from srbench.inference.upscaler import Upscaler
    from srbench.metrics import Sample
    from srbench.report.tables import ReportedTable
    from srbench.specs.protocol import Protocol


@dataclass(frozen=True, eq=False)
class SrPicture:
    """The SR image of one method."""

    method: str
    """Name of the method on the page: the label of its row, which no other picture of the scene has."""
    image: NDArray[np.uint8]
    crops: CropValues = field(default_factory=CropValues)
    """Values of the crops of the window."""


@dataclass(frozen=True, eq=False)
class Scene:
    """One image: HR, LR, and SR by several methods, all uint8, (H, W, 3) RGB or (H, W) grey."""

    dataset: str
    scale: float
    name: str
    hr: NDArray[np.uint8]
    lr: NDArray[np.uint8]
    pictures: tuple[SrPicture, ...]
    window: Rectangle
    """Part, in HR pixels, that a page without files beside it shows."""


@dataclass(frozen=True)
class ShownMethod:
    """Method whose images are shown, with the protocol of its number."""

    label: str
    """Label of the method's row."""
    method: ResolvedMethod
    protocol: Protocol
    seconds: float
    """Time of the method for one image, as its record holds it."""

    @property
    def available(self) -> bool:
        """Whether the method's weights are on disk; it may have records even if they are not."""
        return _has_weights(self.method)


@dataclass(frozen=True)
class SceneGroup:
    """Images of a dataset to show at a scale, with all methods that the tables measure there."""

    dataset: Dataset
    scale: float
    images: tuple[ImageFiles, ...]
    methods: tuple[ShownMethod, ...]

    def missing(self, folders: Sequence[Path]) -> list[tuple[ShownMethod, ImageFiles]]:
        """Return the SR images that no folder of saved images holds, so that they have to be made."""
        return [
            (shown, image)
            for shown in self.methods
            for image in self.images
            if shown.method.images is None and shown.available and self.saved(shown, image, folders) is None
        ]

    def pictures(self, folders: Sequence[Path]) -> int:
        """Return the number of images to show: HR, and SR of each method that has it or can make it."""
        has_sr = [
            shown.available or shown.method.images is not None or self.saved(shown, image, folders) is not None
            for shown in self.methods
            for image in self.images
        ]
        return len(self.images) + sum(has_sr)

    def saved(self, shown: ShownMethod, image: ImageFiles, folders: Sequence[Path]) -> Path | None:
        """Return the file of an SR image that ``--save-images`` wrote to one of `folders`; None without one."""
        places = (saved_file(folder, shown.method, self.dataset, self.scale, image.name) for folder in folders)
        return next((path for path in places if path.is_file()), None)


def scene_groups(
    tables: Iterable[ReportedTable],
    catalog: Catalog,
    roots: Sequence[Path],
    datasets: Sequence[str],
    scales: Sequence[float],
    most: int,
) -> list[SceneGroup]:
    """Return the images of `datasets` at `scales` to show, with the methods that a table measures there.

    Args:
        tables: The tables of the report.
        catalog: The catalog.
        roots: Folders with data.
        datasets: Names of datasets.
        scales: Scales; empty: all that were measured.
        most: Largest number of images of a dataset; those are taken evenly from the sorted list.

    Raises:
        UnknownName: if a dataset is not known.
        DataError: if a dataset is not found.
    """
    finder = DatasetFinder(tuple(roots), catalog.datasets)
    by_place: dict[tuple[str, float], dict[str, ShownMethod]] = {}
    names = {catalog.datasets.get(name).name if name in catalog.datasets else name for name in datasets}
    for table in tables:
        for reported in table.entries:
            column, slot = reported.entry.column, reported.slot
            is_chosen = column.dataset in names and column.scale and (not scales or column.scale in scales)
            if not (is_chosen and reported.is_recorded and slot and slot.method and column.scale):
                continue
            methods = by_place.setdefault((column.dataset, column.scale), {})
            record = reported.records[0]
            seconds = record.seconds / max(1, len(record.values))
            known = methods.get(slot.method.name)
            label = known.label if known else reported.entry.row.label
            methods[slot.method.name] = ShownMethod(label, slot.method, slot.protocol, seconds)
    groups = []
    for (name, scale), methods in by_place.items():
        dataset = finder.require_known(name).at(scale)
        groups.append(SceneGroup(dataset, scale, _evenly(dataset.images, most), tuple(methods.values())))
    return groups


def measured_on(tables: Iterable[ReportedTable]) -> set[str]:
    """Return the names of the datasets on which the tables have a measured number."""
    entries = (reported for table in tables for reported in table.entries if reported.is_recorded)
    return {name for reported in entries if (name := reported.entry.column.dataset)}


def make_scenes(
    group: SceneGroup,
    folders: Sequence[Path],
    window: int,
    lpips: ResolvedMetric | None,
    on_image: Callable[[str], None],
) -> Iterator[Scene]:
    """Yield the scenes of `group`; SR images that no folder holds are made.

    Args:
        group: The images and methods.
        folders: Folders that ``--save-images`` wrote.
        window: Side in HR pixels of the part that is shown.
        lpips: LPIPS with its network, for the crops; None: no LPIPS of crops.
        on_image: Called with a method's label and an image's name after each SR image.
    """
    measure = metric_function(lpips, pick_device("auto")) if lpips else None
    upscalers = {
        shown.method.name: upscaler_of(_job(shown, group)) if shown.available and not shown.method.images else None
        for shown in group.methods
    }
    names = _distinct_names(group.methods)
    for image in group.images:
        pictures = []
        hr, lr = _references(group, image)
        part = detailed_window(hr, window)
        for shown, name in zip(group.methods, names, strict=True):
            try:
                sample = _sample(group, shown, image, folders, upscalers[shown.method.name])
            except SrbenchError:
                continue  # a method that can't read this one image is left out of its scene
            pictures.append(SrPicture(name, as_uint8(sample.sr), crop_values(sample, part, measure)))
            on_image(f"{shown.label} {image.name}")
        yield Scene(group.dataset.name, group.scale, image.name, hr, lr, tuple(pictures), part)


def _distinct_names(methods: Sequence[ShownMethod]) -> list[str]:
    """Return the label of each method, followed by the method's name if another one has the label too."""
    counts = Counter(shown.label for shown in methods)
    return [f"{shown.label} ({shown.method.name})" if counts[shown.label] > 1 else shown.label for shown in methods]


def _has_weights(method: ResolvedMethod) -> bool:
    return (method.weights is None or method.weights.is_file()) and all(map(_has_weights, method.parts))


def _evenly(images: Sequence[ImageFiles], most: int) -> tuple[ImageFiles, ...]:
    if len(images) <= most:
        return tuple(images)
    return tuple(images[number * len(images) // most] for number in range(most))


def _job(shown: ShownMethod, group: SceneGroup) -> Job:
    return Job(shown.method, group.scale, shown.protocol, (), dataset=group.dataset)


def _references(group: SceneGroup, image: ImageFiles) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return HR and LR of an image in RGB or grey, whatever the methods' protocols compare."""
    plain = replace(group.methods[0].protocol, luma_lr=False, round_lr=True, grey="expand")
    pair = pair_under(plain, image, group.scale, group.dataset)
    return pair.hr, pair.lr


def _sample(
    group: SceneGroup, shown: ShownMethod, image: ImageFiles, folders: Sequence[Path], upscaler: Upscaler | None
) -> Sample:
    from srbench.metrics import Sample

    if path := group.saved(shown, image, folders):
        hr, _ = _references(group, image)
        return Sample(image.name, read_image(path), hr, group.scale, shown.protocol)
    if upscaler is None and not shown.method.images:
        raise Unavailable(f"{shown.label}: its weights are not available")
    only = replace(group.dataset, images=(image,))
    return next(iter(samples(_job(shown, group), only, upscaler)))
