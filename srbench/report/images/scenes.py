"""Scenes of the report: HR, LR and the SR images of all methods for one image of a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srbench.bench.measuring.metric_values import metric_function
from srbench.bench.measuring.run_job import samples, upscaler_of
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
    from srbench.inference.method import ResolvedMethod
    from srbench.metrics import Sample
    from srbench.report.tables import ReportedTable
    from srbench.specs.protocol import Protocol


@dataclass(frozen=True, eq=False)
class SrPicture:
    """The SR image of one method."""

    method: str
    """Label of the method's row."""
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
    window: tuple[int, int, int, int]
    """Top, left, height and width in HR pixels of the part that a page without files beside it shows."""


@dataclass(frozen=True)
class Shown:
    """A method whose images are shown, and where its number stands."""

    label: str
    method: ResolvedMethod
    protocol: Protocol
    seconds: float
    """Time of the method for one image, as its record holds it."""

    @property
    def at_hand(self) -> bool:
        """Whether the method's weights are there; records are kept where they are not."""
        return _at_hand(self.method)


@dataclass(frozen=True)
class Wanted:
    """Images to show: all methods that the tables measure on a dataset at a scale."""

    dataset: Dataset
    scale: float
    images: tuple[ImageFiles, ...]
    shown: tuple[Shown, ...]

    def missing(self, folders: Sequence[Path]) -> list[tuple[Shown, ImageFiles]]:
        """Return the SR images that no folder of saved images holds, so that they have to be made."""
        return [
            (shown, image)
            for shown in self.shown
            for image in self.images
            if shown.method.images is None and shown.at_hand and self.saved(shown, image, folders) is None
        ]

    def pictures(self, folders: Sequence[Path]) -> int:
        """Return how many images there are to show: HR, and SR of each method that has or can make it."""
        has_sr = [
            shown.at_hand or shown.method.images is not None or self.saved(shown, image, folders) is not None
            for shown in self.shown
            for image in self.images
        ]
        return len(self.images) + sum(has_sr)

    def saved(self, shown: Shown, image: ImageFiles, folders: Sequence[Path]) -> Path | None:
        """Return the file of an SR image that ``--save-images`` wrote to one of `folders`; None without one."""
        parts = (shown.method.name, self.dataset.name, f"X{self.scale:g}", f"{image.name}.png")
        return next((path for folder in folders if (path := folder.joinpath(*parts)).is_file()), None)


def wanted_images(
    tables: Iterable[ReportedTable],
    catalog: Catalog,
    roots: Sequence[Path],
    datasets: Sequence[str],
    scales: Sequence[float],
    most: int,
) -> list[Wanted]:
    """Return the images that can be shown of `datasets` at `scales`: the methods that a table measures there.

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
    by_place: dict[tuple[str, float], dict[str, Shown]] = {}
    names = {catalog.datasets.get(name).name if name in catalog.datasets else name for name in datasets}
    for table in tables:
        for reported in table.entries:
            column, slot = reported.entry.column, reported.slot
            wanted = column.dataset in names and column.scale and (not scales or column.scale in scales)
            if not (wanted and reported.is_recorded and slot and slot.method and column.scale):
                continue
            place = by_place.setdefault((column.dataset, column.scale), {})
            record = reported.records[0]
            seconds = record.seconds / max(1, len(record.values))
            known = place.get(slot.method.name)
            label = known.label if known else reported.entry.row.label
            place[slot.method.name] = Shown(label, slot.method, slot.protocol, seconds)
    listed = []
    for (name, scale), shown in by_place.items():
        dataset = finder.require_known(name).at(scale)
        listed.append(Wanted(dataset, scale, _evenly(dataset.images, most), tuple(shown.values())))
    return listed


def measured_on(tables: Iterable[ReportedTable]) -> set[str]:
    """Return the names of the datasets that the tables have a measured number of."""
    entries = (reported for table in tables for reported in table.entries if reported.is_recorded)
    return {name for reported in entries if (name := reported.entry.column.dataset)}


def make_scenes(
    wanted: Wanted, folders: Sequence[Path], window: int, lpips: ResolvedMetric | None, on_image: Callable[[str], None]
) -> Iterator[Scene]:
    """Yield the scenes of `wanted`; SR images that no folder holds are made.

    Args:
        wanted: The images and methods.
        folders: Folders that ``--save-images`` wrote.
        window: Side in HR pixels of the part that is shown.
        lpips: LPIPS with its network, for the crops; None: no LPIPS of crops.
        on_image: Called with a method's label and an image's name after each SR image.
    """
    measure = metric_function(lpips, pick_device("auto")) if lpips else None
    upscalers = {
        shown.label: upscaler_of(_job(shown, wanted)) if shown.at_hand and not shown.method.images else None
        for shown in wanted.shown
    }
    for image in wanted.images:
        pictures = []
        hr, lr = _references(wanted, image)
        place = detailed_window(hr, window)
        for shown in wanted.shown:
            try:
                sample = _sample(wanted, shown, image, folders, upscalers[shown.label])
            except SrbenchError:
                continue  # a method that can't read this one image is left out of its scene
            pictures.append(SrPicture(shown.label, as_uint8(sample.sr), crop_values(sample, place, measure)))
            on_image(f"{shown.label} {image.name}")
        yield Scene(wanted.dataset.name, wanted.scale, image.name, hr, lr, tuple(pictures), place)


def _at_hand(method: ResolvedMethod) -> bool:
    others = (*method.members, *((method.blend_with,) if method.blend_with else ()))
    return (method.weights is None or method.weights.is_file()) and all(map(_at_hand, others))


def _evenly(images: Sequence[ImageFiles], most: int) -> tuple[ImageFiles, ...]:
    if len(images) <= most:
        return tuple(images)
    return tuple(images[number * len(images) // most] for number in range(most))


def _job(shown: Shown, wanted: Wanted) -> Job:
    return Job(shown.method, wanted.scale, shown.protocol, (), dataset=wanted.dataset)


def _references(wanted: Wanted, image: ImageFiles) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return HR and LR of an image in RGB or grey, whatever the methods' protocols compare."""
    plain = replace(wanted.shown[0].protocol, luma_lr=False, round_lr=True, grey="expand")
    pair = pair_under(plain, image, wanted.scale, wanted.dataset)
    return pair.hr, pair.lr


def _sample(wanted: Wanted, shown: Shown, image: ImageFiles, folders: Sequence[Path], upscaler: object) -> Sample:
    from srbench.metrics import Sample

    if path := wanted.saved(shown, image, folders):
        hr, _ = _references(wanted, image)
        return Sample(image.name, read_image(path), hr, wanted.scale, shown.protocol)
    if upscaler is None and not shown.method.images:
        raise Unavailable(f"{shown.label}: its weights are not at hand")
    only = replace(wanted.dataset, images=(image,))
    return next(iter(samples(_job(shown, wanted), only, upscaler)))  # type: ignore[arg-type]
