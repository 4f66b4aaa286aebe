"""The same part of an image as several methods make it, side by side, with the PSNR of each, and other metrics."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from srbench.errors import SrbenchError, Unavailable, UnknownName, suggestion
from srbench.figures.rectangle import Rectangle
from srbench.figures.strips import Strip, Tile, draw_strips
from srbench.metrics.psnr import psnr
from srbench.metrics.sample import Sample
from srbench.specs.drawing import Drawing, Numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.figures.context import FigureContext

HEADER = ("dataset", "image", "scale", "left", "top", "width", "height", "method", "psnr_crop", "psnr_image")
SAME_SIZE = 1.0
"""The scale of real pairs for which none is named."""


@dataclass(frozen=True)
class Crop:
    """Which part of which image is shown.

    `image` empty: the first of `dataset`. `part` is in HR pixels; a number is the side of a square in the middle, which
    is also what the demo's photographs are cut to.
    """

    dataset: str
    image: str
    scale: float
    part: Rectangle | int


@dataclass(frozen=True)
class _Shown:
    """A crop with the images that it was taken from."""

    crop: Crop
    image: str
    """``Set14/baboon``; in a demo not that of `crop`."""
    hr: NDArray[np.uint8]
    rectangle: Rectangle
    samples: dict[str, Sample]
    """By the row's label."""
    also: Mapping[str, Callable[[Sample], float]] = field(default_factory=dict)
    """What stands below a part beside its PSNR: title of the metric -> its function."""

    @property
    def title(self) -> str:
        return _title(self.image, self.crop.scale)

    @property
    def place(self) -> str:
        left, top, width, height = self.rectangle
        return f"{width}x{height}+{left}+{top}"

    def psnr_of_part(self, label: str) -> float | None:
        """Of that row's SR image; None where there is none."""
        return psnr(self._part(label)) if label in self.samples else None

    def also_of_part(self, label: str) -> list[float | None]:
        """The other metrics; None where there is no SR image, or its part is too small for one."""
        if label not in self.samples:
            return [None] * len(self.also)
        return [_value(measure, self._part(label)) for measure in self.also.values()]

    def _part(self, label: str) -> Sample:
        sample = self.samples[label]
        whole = sample.protocol.but(crop_scale=0.0, crop_extra=0)
        sr, hr = (self.rectangle.cut(image, self.image) for image in (sample.sr, self.hr))
        return Sample(sample.name, sr, hr, sample.scale, whole)

    def lines(self) -> list[tuple[object, ...]]:
        """One a row, as `HEADER` has it, and behind that part and image of each other metric."""
        dataset, _, image = self.image.partition("/")
        where = (dataset, image, self.crop.scale, *self.rectangle)
        lines: list[tuple[object, ...]] = []
        for label, sample in self.samples.items():
            whole = [_value(measure, sample) for measure in self.also.values()]
            others = (value for both in zip(self.also_of_part(label), whole, strict=True) for value in both)
            lines.append((*where, label, self.psnr_of_part(label), psnr(sample), *others))
        return lines

    def strip(self) -> Strip:
        """As it is drawn."""
        tiles = [Tile("HR", self.rectangle.cut(self.hr, self.image))]
        for label, sample in self.samples.items():
            others = zip(self.also, self.also_of_part(label), strict=True)
            said = [f"{title} {value:.3f}" for title, value in others if value is not None]
            caption = "\n".join([label, f"{self.psnr_of_part(label):.2f} dB", *said])
            tiles.append(Tile(caption, self.rectangle.cut(sample.sr, self.image)))
        return Strip(self.title, tuple(tiles), self.hr, self.rectangle)


def crops_side_by_side(context: FigureContext, crops: Sequence[Crop], also: Sequence[str] = ()) -> Drawing:
    """For each of `crops` the whole HR image with the part marked, the part of HR, and that of each row's SR image.

    Below each stands the PSNR of that part under the figure's protocol, and what the metrics `also` say of it; the
    numbers have the whole image's too. What isn't at hand is left out and named in the remarks.

    Raises `Unavailable` where no image is at hand, `PluginError` for a part that lies outside its image.
    """
    absent: dict[str, list[str]] = {}
    measures = {}
    for name in also:
        try:
            measures[name] = context.measure(name)
        except (Unavailable, UnknownName) as reason:
            absent.setdefault(_why(reason), []).append(name)
    titles = {name: context.catalog.metrics.get(name).title or name for name in measures}
    shown = []
    for number, crop in enumerate(crops):
        try:
            one = _show(context, crop, number, absent)
            shown.append(replace(one, also={titles[name]: measure for name, measure in measures.items()}))
        except (Unavailable, UnknownName) as reason:
            absent.setdefault(_why(reason), []).append(_title(f"{crop.dataset}/{crop.image}".rstrip("/"), crop.scale))
    remarks = [f"Not drawn: {'; '.join(dict.fromkeys(names))}: {reason}." for reason, names in absent.items()]
    if not shown:
        raise Unavailable(" ".join(remarks).rstrip("."))
    labels = [row.label for row in context.figure.rows if any(row.label in one.samples for one in shown)]
    where = "of the part shown{} (width x height + left + top, in HR pixels):"
    tables = [_table("PSNR " + where.format(", in dB"), shown, labels, _Shown.psnr_of_part)]
    for index, title in enumerate(titles.values()):
        values = partial(_one_of_part, index)
        tables.append(_table(f"{title} {where.format('')}", shown, labels, values))
    header = (*HEADER, *(f"{name}_{what}" for name in measures for what in ("crop", "image")))
    numbers = Numbers(header, [line for one in shown for line in one.lines()])
    metrics = " and ".join(["PSNR", *titles.values()])
    verb = "are" if titles else "is"
    said = f"{metrics} {verb} of the part shown: protocol `{context.protocol.name}`, without its border."
    return Drawing(draw_strips([one.strip() for one in shown]), numbers, tuple(tables), (said, *remarks))


def _table(
    title: str, shown: Sequence[_Shown], labels: Sequence[str], value: Callable[[_Shown, str], float | None]
) -> Numbers:
    """A line a part, a column a row of the figure."""
    lines = [(one.title, one.place, *(value(one, label) for label in labels)) for one in shown]
    return Numbers(("part", "at", *labels), lines, title)


def _one_of_part(index: int, shown: _Shown, label: str) -> float | None:
    return shown.also_of_part(label)[index]


def _value(measure: Callable[[Sample], float], sample: Sample) -> float | None:
    try:
        return measure(sample)
    except Unavailable:  # too small for the metric's network
        return None


def _show(context: FigureContext, crop: Crop, number: int, absent: dict[str, list[str]]) -> _Shown:
    """`crop` by all methods at hand; `absent` takes in why others are not. In a demo, its photograph `number`."""
    dataset = context.dataset(crop.dataset, crop.scale)
    files = dataset.images[number % len(dataset.images)] if context.demo else _find(dataset, crop.image)
    hr = context.pair(dataset, files, crop.scale).hr
    rectangle = _rectangle(crop.part, hr, demo=context.demo)
    rectangle.cut(hr, f"{dataset.name}/{files.name}")
    samples = {}
    for row in context.figure.rows:
        try:
            samples[row.label] = context.sample(context.method(row.method, crop.scale), dataset, files, crop.scale)
        except (Unavailable, UnknownName) as reason:
            absent.setdefault(_why(reason), []).append(f"{row.label} at x{crop.scale:g}")
    return _Shown(crop, f"{dataset.name}/{files.name}", hr, rectangle, samples)


def _why(reason: SrbenchError) -> str:
    return f"{reason.kind} {reason.name} is not installed" if isinstance(reason, UnknownName) else str(reason)


def _rectangle(part: Rectangle | int, hr: NDArray[np.uint8], *, demo: bool) -> Rectangle:
    if isinstance(part, int):
        return Rectangle.middle(hr, part)
    return Rectangle.middle(hr, max(part.width, part.height)) if demo else part


def _find(dataset: Dataset, name: str) -> ImageFiles:
    if not name:
        return dataset.images[0]
    for image in dataset.images:
        if image.name == name:
            return image
    raise Unavailable(f"{dataset.root}: no image {name}{suggestion(name, (one.name for one in dataset.images))}")


def _title(image: str, scale: float) -> str:
    return image if scale == SAME_SIZE else f"{image} x{scale:g}"
