"""Metrics for existing SR images: each file of a folder compared with its HR image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from srbench.bench.measuring.aggregate import aggregate
from srbench.bench.measuring.run_job import Measure, MetricValues, never, ready
from srbench.bench.resolve.resolver import Resolver
from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.data.datasets.finder import open_folder
from srbench.data.sr_images.image_set import check_colours
from srbench.data.sr_images.names import plain_name
from srbench.device import pick_device
from srbench.errors import DataError, SrbenchError, Unavailable, one_line
from srbench.imaging.deep import in_8_bits_if_whole, in_levels
from srbench.imaging.image_io import has_16_bits, read_levels
from srbench.metrics import Sample
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.specs.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol


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
) -> tuple[Result, dict[str, MetricValues]]:
    """Measure every image of `sr_dir` against the HR image of the same name in `hr_dir`.

    Args:
        catalog: Catalog that holds the metrics.
        sr_dir: Folder of SR images.
        hr_dir: Folder of HR images.
        scale: Upscaling factor of the SR images, for the crop border.
        protocol: Protocol of the measurement.
        metrics: Names of image metrics.
        roots: Folders to search for the weights of metrics.
        device: Device of the metrics.

    Returns:
        The table of the results, and the per-image values by metric.

    Raises:
        DataError: if an image has no partner or another size; the message names it.
    """
    pairs = _matched(open_folder(sr_dir), open_folder(hr_dir))
    resolver = Resolver(catalog, roots)
    specs = [catalog.metrics.get(name) for name in metrics]
    prepared = {spec.name: _prepared(resolver, spec, pick_device(device)) for spec in specs}
    deep = 0
    for sr_image, hr_image in pairs:
        sample = _sample(sr_image, hr_image, scale, protocol)
        deep += has_16_bits(sr_image.hr) or has_16_bits(hr_image.hr)
        for measure, column in prepared.values():
            column.add(sample.name, partial(measure, sample))
    values = {name: column for name, (_, column) in prepared.items()}
    for column in values.values() if deep else ():
        column.warnings.append(
            f"{deep} of {len(pairs)} images have 16 bits a channel: data range 65535; metrics of 8-bit RGB (LPIPS, "
            "NIQE, NIMA, ...) round them to 8 bits"
        )
    row = Row(sr_dir.name)
    columns = tuple(Column(name, str(hr_dir), scale) for name in values)
    table = Table(
        "", f"srbench score {sr_dir}", (row,), columns, row_axes=("row", "dataset", "scale"), column_axes=("metric",)
    )
    entries = tuple(
        _entry(row, column, spec, values[column.metric], protocol) for column, spec in zip(columns, specs, strict=True)
    )
    return Result("", table, protocol.name, protocol.hash, "", demo=False, entries=entries), values


def _prepared(resolver: Resolver, spec: MetricSpec, device: str) -> tuple[Measure, MetricValues]:
    """Return the metric as `ready` does, and a metric that refuses values if its weight files are missing."""
    try:
        return ready(resolver.metric(spec), device)
    except Unavailable as reason:
        return never, MetricValues(refusal=str(reason))


def _entry(row: Row, column: Column, metric: MetricSpec, values: MetricValues, protocol: Protocol) -> TableEntry:
    """Return the table entry that a run would make of these values."""
    if values.error:
        bad_input = isinstance(values.error, SrbenchError)
        return TableEntry(
            row, column, metric, None, Verdict.FAILED, remarks=one_line(values.error), bad_input=bad_input
        )
    value, interval = aggregate(values.values, metric, protocol)
    cell = Cell(row.label, column.dataset, column.scale or 1, protocol.name, metric.name, "", 0, "")
    record = Record(cell, "ok", values.values, value, interval, values.missing, warnings=tuple(values.warnings))
    verdict = Verdict.UNAVAILABLE if value is None else Verdict.UNPUBLISHED
    return TableEntry(
        row,
        column,
        metric,
        None,
        verdict,
        measured=value,
        std=record.std,
        interval=interval,
        n_images=len(record.finite),
        remarks=values.refusal or record.remarks,
    )


def _matched(sr: Dataset, hr: Dataset) -> list[tuple[ImageFiles, ImageFiles]]:
    references = _by_plain_name(hr)
    for image in _by_plain_name(sr).values():
        if plain_name(image.name) not in references:
            raise DataError(
                f"{image.hr}: no HR image named {plain_name(image.name)!r} in {hr.root}; add it or remove the SR image"
            )
    sr_names = {plain_name(image.name) for image in sr.images}
    for name, image in references.items():
        if name not in sr_names:
            raise DataError(
                f"{image.hr}: no SR image named {name!r} in {sr.root}; score complete sets, or copy the HR images of "
                "interest into a folder"
            )
    return [(image, references[plain_name(image.name)]) for image in sr.images]


def _by_plain_name(dataset: Dataset) -> dict[str, ImageFiles]:
    named: dict[str, ImageFiles] = {}
    for image in dataset.images:
        if (other := named.setdefault(plain_name(image.name), image)) is not image:
            raise DataError(f"{image.hr} and {other.hr.name}: two files of one image; keep one scale per folder")
    return named


def _sample(sr_image: ImageFiles, hr_image: ImageFiles, scale: float, protocol: Protocol) -> Sample:
    sr, hr = (in_8_bits_if_whole(read_levels(image.hr)) for image in (sr_image, hr_image))
    height, width = sr.shape[:2]
    surplus = hr.shape[0] - height, hr.shape[1] - width
    if not all(0 <= pixels < scale for pixels in surplus):
        raise DataError(
            f"{sr_image.hr}: SR is {width}x{height}, but {hr_image.hr} is {hr.shape[1]}x{hr.shape[0]}; "
            f"at scale {scale:g} HR may be larger by less than {scale:g} pixels"
        )
    check_colours(sr_image.hr, sr, hr_image.hr, hr)
    if np.uint16 in {sr.dtype.type, hr.dtype.type}:
        sr, hr = in_levels(sr), in_levels(hr)
    return Sample(sr_image.name, sr, hr[:height, :width], scale, protocol)
