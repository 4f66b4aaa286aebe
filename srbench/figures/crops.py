"""Crops of one image by several methods, side by side, each with its PSNR and other metrics."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from srbench.errors import SrbenchError, Unavailable, UnknownName
from srbench.figures.crop_strips import COMPARED, budget_note, crop_strip, find_image, title_of
from srbench.figures.strips import draw_strips, repeat_pixels
from srbench.imaging.colour import as_rgb
from srbench.imaging.rectangle import Rectangle
from srbench.metrics.psnr import psnr
from srbench.metrics.sample import Sample
from srbench.specs.drawing import Drawing, Numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from srbench.figures.context import FigureContext

HEADER = ("dataset", "image", "scale", "left", "top", "width", "height", "method", "psnr_crop", "psnr_image")


@dataclass(frozen=True)
class Crop:
    """Part of an image that a figure shows."""

    dataset: str
    image: str
    """Name of the image; empty for the first of `dataset`."""
    scale: float
    part: Rectangle | int
    """Part in HR pixels; a number is the side of a central square. Demo photographs are always cut to a central
    square."""


@dataclass(frozen=True)
class _Shown:
    """A crop with the HR image and the SR images that it is cut from."""

    crop: Crop
    image: str
    """Dataset and image, ``Set14/baboon``; in a demo the photograph that replaces the image of `crop`."""
    hr: NDArray[np.uint8]
    rectangle: Rectangle
    samples: dict[str, Sample]
    """SR and HR images by row label."""
    lr: NDArray[np.uint8] | None = None
    """The LR image with its pixels repeated to the size of `hr`; None if it is as large as HR."""
    also: Mapping[str, Callable[[Sample], float]] = field(default_factory=dict)
    """Metrics in the captions besides PSNR: title -> function."""

    @property
    def title(self) -> str:
        return title_of(self.image, self.crop.scale)

    @property
    def place(self) -> str:
        left, top, width, height = self.rectangle
        return f"{width}x{height}+{left}+{top}"

    def psnr_of_part(self, label: str) -> float | None:
        """Return the PSNR of the part in that row's SR image in dB; None without an SR image."""
        return psnr(self._part(label)) if label in self.samples else None

    def also_of_part(self, label: str) -> list[float | None]:
        """Return the other metrics of the part; None without an SR image, or if the part is too small for a metric."""
        if label not in self.samples:
            return [None] * len(self.also)
        return [_value(measure, self._part(label)) for measure in self.also.values()]

    def _part(self, label: str) -> Sample:
        sample = self.samples[label]
        whole = sample.protocol.but(crop_scale=0.0, crop_extra=0)
        sr, hr = (self.rectangle.cut(image, self.image) for image in (sample.sr, self.hr))
        return Sample(sample.name, sr, hr, sample.scale, whole)

    def lines(self) -> list[tuple[object, ...]]:
        """Return one line per row of the figure: the columns `HEADER`, then each other metric of part and image."""
        dataset, _, image = self.image.partition("/")
        where = (dataset, image, self.crop.scale, *self.rectangle)
        lines: list[tuple[object, ...]] = []
        for label, sample in self.samples.items():
            of_image = [_value(measure, sample) for measure in self.also.values()]
            values = (value for pair in zip(self.also_of_part(label), of_image, strict=True) for value in pair)
            lines.append((*where, label, self.psnr_of_part(label), psnr(sample), *values))
        return lines

    def cut(self, *, with_lr: bool) -> list[NDArray[np.uint8]]:
        """Return the part of HR, of LR if that is wanted, and of each row's SR image."""
        lr = [self.lr] if with_lr and self.lr is not None else []
        images = [self.hr, *lr, *(sample.sr for sample in self.samples.values())]
        return [as_rgb(self.rectangle.cut(image, self.image)) for image in images]


def crops_side_by_side(context: FigureContext, crops: Sequence[Crop], also: Sequence[str] = ()) -> Drawing:
    """Draw each of `crops`: the whole HR image with the part marked, the part of HR, and that of each row's SR image.

    The caption of each part holds its PSNR under the figure's protocol and the metrics `also`. The numbers hold these
    metrics of the whole image too. Images, methods and metrics that are not available are left out and named in the
    remarks.

    Args:
        context: The context of the figure.
        crops: The parts of images to draw.
        also: Names of metrics besides PSNR.

    Raises:
        Unavailable: if no image is available.
        PluginError: if a part is not inside its image.
    """
    absent: dict[str, list[str]] = {}
    measures = {}
    for name in also:
        try:
            measures[name] = context.measure(name)
        except (Unavailable, UnknownName) as reason:
            absent.setdefault(_why(reason), []).append(name)
    titles = {name: context.catalog.metrics.get(name).title or name for name in measures}
    shown_crops = []
    for number, crop in enumerate(crops):
        try:
            shown = _show(context, crop, number, absent)
            shown_crops.append(replace(shown, also={titles[name]: measure for name, measure in measures.items()}))
        except (Unavailable, UnknownName) as reason:
            absent.setdefault(_why(reason), []).append(title_of(f"{crop.dataset}/{crop.image}".rstrip("/"), crop.scale))
    remarks = [f"Not drawn: {'; '.join(dict.fromkeys(names))}: {reason}." for reason, names in absent.items()]
    if not shown_crops:
        raise Unavailable(" ".join(remarks).rstrip("."))
    if all(len(shown.samples) < COMPARED for shown in shown_crops):
        methods = ", ".join(dict.fromkeys(label for shown in shown_crops for label in shown.samples)) or "no method"
        raise Unavailable(f"nothing to compare yet: {methods} alone. {' '.join(remarks)}".rstrip(". "))
    shown_crops = [shown for shown in shown_crops if shown.samples]  # HR alone would be a strip without a number
    labels = [row.label for row in context.figure.rows if any(row.label in shown.samples for shown in shown_crops)]
    where = "of the part shown{} (width x height + left + top, in HR pixels):"
    tables = [_table("PSNR " + where.format(", in dB"), shown_crops, labels, _Shown.psnr_of_part)]
    for index, title in enumerate(titles.values()):
        values = partial(_other_metric, index)
        tables.append(_table(f"{title} {where.format('')}", shown_crops, labels, values))
    header = (*HEADER, *(f"{name}_{area}" for name in measures for area in ("crop", "image")))
    numbers = Numbers(header, [line for shown in shown_crops for line in shown.lines()])
    metrics = " and ".join(["PSNR", *titles.values()])
    verb = "are" if titles else "is"
    about = f"{metrics} {verb} of the part shown: protocol `{context.protocol.name}`, without its border."
    with_lr = all(shown.lr is not None for shown in shown_crops)
    sheet = tuple(tuple(shown.cut(with_lr=with_lr)) for shown in shown_crops)
    strips = [
        crop_strip(context, shown.title, shown.lines(), header, cut, shown.hr, shown.rectangle)
        for shown, cut in zip(shown_crops, sheet, strict=True)
    ]
    picture = draw_strips(strips, budget_note(context, context.options.profile, labels))
    return Drawing(picture, numbers, tuple(tables), (about, *remarks), sheet)


def _table(
    title: str, shown_crops: Sequence[_Shown], labels: Sequence[str], value: Callable[[_Shown, str], float | None]
) -> Numbers:
    """Return a table with one line per part and one column per row of the figure."""
    lines = [(shown.title, shown.place, *(value(shown, label) for label in labels)) for shown in shown_crops]
    return Numbers(("part", "at", *labels), lines, title)


def _other_metric(index: int, shown: _Shown, label: str) -> float | None:
    return shown.also_of_part(label)[index]


def _value(measure: Callable[[Sample], float], sample: Sample) -> float | None:
    try:
        return measure(sample)
    except Unavailable:  # the image is too small for the metric's network
        return None


def _show(context: FigureContext, crop: Crop, number: int, absent: dict[str, list[str]]) -> _Shown:
    """Return `crop` by all available methods, and add to `absent` the reasons why others are not available.

    In a demo, the photograph `number` replaces the crop's image.
    """
    dataset = context.dataset(crop.dataset, crop.scale)
    files = dataset.images[number % len(dataset.images)] if context.demo else find_image(dataset, crop.image)
    pair = context.pair(dataset, files, crop.scale)
    hr = pair.hr
    rectangle = _rectangle(crop.part, hr, demo=context.demo)
    rectangle.cut(hr, f"{dataset.name}/{files.name}")
    samples = {}
    for row in context.figure.rows:
        try:
            samples[row.label] = context.sample(
                context.method(row.method, crop.scale, dataset=crop.dataset), dataset, files, crop.scale
            )
        except (Unavailable, UnknownName) as reason:
            absent.setdefault(_why(reason), []).append(f"{row.label} at x{crop.scale:g}")
    return _Shown(
        crop,
        f"{dataset.name}/{files.name}",
        hr,
        rectangle,
        samples,
        None if pair.lr.shape == hr.shape else repeat_pixels(pair.lr, hr),
    )


def _why(reason: SrbenchError) -> str:
    return f"{reason.kind} {reason.name} is not installed" if isinstance(reason, UnknownName) else str(reason)


def _rectangle(part: Rectangle | int, hr: NDArray[np.uint8], *, demo: bool) -> Rectangle:
    if isinstance(part, int):
        return Rectangle.middle(hr, part)
    return Rectangle.middle(hr, max(part.width, part.height)) if demo else part
