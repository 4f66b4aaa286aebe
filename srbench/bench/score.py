"""Metrics for SR images that somebody else made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from srbench.bench.measure import instance
from srbench.bench.resolve import Resolver
from srbench.bench.verdict import Verdict
from srbench.data.datasets import Dataset, ImageFiles, open_folder
from srbench.data.images import read_image
from srbench.errors import DataError
from srbench.inference.upscaler import pick_device
from srbench.metrics import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.protocol import Protocol
    from srbench.specs import MetricSpec

_SCALE_SUFFIX = re.compile(r"[_-]?(x\d+(\.\d+)?|SRF_\d+.*|SR)$", re.IGNORECASE)


@dataclass(frozen=True)
class Scores:
    """Per-image values of several metrics."""

    sr_dir: Path
    hr_dir: Path
    scale: float
    protocol: Protocol
    metrics: tuple[MetricSpec, ...]
    images: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    """One tuple per image, in the order of `metrics`."""

    def lines(self) -> Iterable[tuple[str, tuple[float, ...]]]:
        """(image, values) each."""
        return zip(self.images, self.values, strict=True)

    def columns(self) -> list[tuple[float, ...]]:
        """The values of each metric over the images."""
        return list(zip(*self.values, strict=True))

    def as_objects(self) -> list[dict[str, object]]:
        """One mapping per metric, with the fields of ``cells.csv``."""
        return [
            self._object(metric, fmean(values), stdev(values) if len(values) > 1 else None, len(values), "")
            for metric, values in zip(self.metrics, self.columns(), strict=True)
        ]

    def per_image(self) -> list[dict[str, object]]:
        """One mapping per image and metric; its `image` is named."""
        return [
            {"image": name, **self._object(metric, value, None, 1, "")}
            for name, values in self.lines()
            for metric, value in zip(self.metrics, values, strict=True)
        ]

    def _object(
        self, metric: MetricSpec, measured: float, std: float | None, n_images: int, note: str
    ) -> dict[str, object]:
        return {
            "plugin": "",
            "table": "",
            "row": self.sr_dir.name,
            "dataset": str(self.hr_dir),
            "scale": self.scale,
            "metric": metric.name,
            "measured": measured,
            "std": std,
            "published": None,
            "delta": None,
            "verdict": str(Verdict.UNPUBLISHED),
            "protocol": self.protocol.name,
            "profile": "",
            "seed": None,
            "n_images": n_images,
            "note": note,
        }


def score_folders(
    catalog: Catalog,
    sr_dir: Path,
    hr_dir: Path,
    scale: float,
    protocol: Protocol,
    metrics: Sequence[str],
    *,
    roots: Sequence[Path],
    device: str = "auto",
) -> Scores:
    """Values of `metrics` for every image of `sr_dir` beside its namesake in `hr_dir`.

    Raises `DataError` where an image has no partner or another size, naming it.
    """
    sr, hr = open_folder(sr_dir), open_folder(hr_dir)
    resolver = Resolver(catalog, roots)
    resolved = [resolver.metric(catalog.metrics.get(name)) for name in metrics]
    measures = [instance(metric, pick_device(device)) for metric in resolved]
    samples = (_sample(sr_image, hr_image, scale, protocol) for sr_image, hr_image in _matched(sr, hr))
    values = [(sample.name, tuple(float(measure(sample)) for measure in measures)) for sample in samples]
    specs = tuple(metric.spec for metric in resolved)
    return Scores(
        sr_dir, hr_dir, scale, protocol, specs, tuple(name for name, _ in values), tuple(each for _, each in values)
    )


def plain_name(name: str) -> str:
    """``babyx4``, ``baby_x4``, ``img_001_SRF_4_SR`` without what says scale or SR."""
    return _SCALE_SUFFIX.sub("", name) or name


def _matched(sr: Dataset, hr: Dataset) -> list[tuple[ImageFiles, ImageFiles]]:
    references = {plain_name(image.name): image for image in hr.images}
    for image in sr.images:
        if plain_name(image.name) not in references:
            raise DataError(f"{image.hr}: no HR image named {plain_name(image.name)!r} in {hr.root}")
    found = {plain_name(image.name) for image in sr.images}
    for name, image in references.items():
        if name not in found:
            raise DataError(
                f"{image.hr}: no SR image named {name!r} in {sr.root}; score complete sets, or copy HR images"
            )
    return [(image, references[plain_name(image.name)]) for image in sr.images]


def _sample(sr_image: ImageFiles, hr_image: ImageFiles, scale: float, protocol: Protocol) -> Sample:
    sr, hr = read_image(sr_image.hr), read_image(hr_image.hr)
    height, width = sr.shape[:2]
    surplus = hr.shape[0] - height, hr.shape[1] - width
    if not all(0 <= pixels < scale for pixels in surplus):
        raise DataError(
            f"{sr_image.hr}: SR is {width}x{height}, {hr_image.hr} is {hr.shape[1]}x{hr.shape[0]}: "
            f"at scale {scale:g} HR may be larger by less than {scale:g} pixels"
        )
    return Sample(sr_image.name, sr, hr[:height, :width], scale, protocol)
