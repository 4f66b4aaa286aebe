"""Metrics for existing SR images: each file of a folder compared with its HR image."""

from __future__ import annotations

import math
import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from srbench.bench.measuring.aggregate import aggregate
from srbench.bench.measuring.metric_values import Measure, MetricValues, prepare, unavailable
from srbench.bench.planning.name_lists import is_pattern, metrics_matching
from srbench.bench.resolve.resolver import Resolver
from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.image_files import index_by_stem, list_images, list_unread, natural_sort_key
from srbench.data.naming.decorations import Decorations, Role
from srbench.data.naming.files import PairedFiles, left_out, pair_files
from srbench.data.sr_images.image_set import check_colours
from srbench.device import pick_device
from srbench.errors import DataError, SrbenchError, Unavailable, UsageError, one_line
from srbench.imaging.deep import in_8_bits_if_whole, in_levels
from srbench.imaging.image_io import has_16_bits, read_levels
from srbench.metrics import Sample
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.specs.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol


def image_metrics(catalog: Catalog, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the registered names of metrics of images, each once; a pattern selects among these.

    Raises:
        UnknownName: if there is no such metric.
        UsageError: if a metric needs the model.
    """
    chosen: list[str] = []
    for name in names:
        if is_pattern(name) and name not in catalog.metrics:
            chosen += metrics_matching(name, (spec.name for spec in catalog.metrics if _is_of_images(spec)))
            continue
        metric = catalog.metrics.get(name)
        if not _is_of_images(metric):
            raise UsageError(f"metric {name}: it needs the model, not only SR images; use srbench eval")
        chosen.append(metric.name)
    return tuple(dict.fromkeys(chosen))


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
    sr_name: str = "",
) -> tuple[Result, dict[str, MetricValues]]:
    """Measure every image of `sr_dir` against its HR image in `hr_dir`, paired as `srbench.data.naming` says.

    Args:
        catalog: Catalog that holds the metrics.
        sr_dir: Folder of SR images.
        hr_dir: Folder of HR images, or a dataset by name.
        scale: Upscaling factor of the SR images, for the crop border.
        protocol: Protocol of the measurement.
        metrics: Names of image metrics.
        roots: Folders to search for the dataset, and for the weights of metrics.
        device: Device of the metrics.
        sr_name: Form of the SR names, with ``{}`` for the name of the HR image; empty: by the rules.

    Returns:
        The table of the results, and the per-image values by metric.

    Raises:
        DataError: if an image has no partner or another size; the message names it.
        UsageError: if `sr_name` has no ``{}``.
    """
    hr_files, paired = _paired(sr_dir, hr_dir, scale, DatasetFinder(roots, catalog.datasets), sr_name)
    resolver = Resolver(catalog, roots)
    specs = [catalog.metrics.get(name) for name in metrics]
    prepared = {spec.name: _prepared(resolver, spec, pick_device(device)) for spec in specs}
    deep = uneven = 0
    for name in sorted(paired.files, key=natural_sort_key):
        sample = _sample(name, paired.files[name], hr_files[name], scale, protocol)
        deep += has_16_bits(paired.files[name]) or has_16_bits(hr_files[name])
        uneven += float(scale).is_integer() and any(side % scale for side in sample.sr.shape[:2])
        for measure, column in prepared.values():
            column.add(sample.name, partial(measure, sample))
    values = {name: column for name, (_, column) in prepared.items()}
    for column in values.values() if deep else ():
        column.warnings.append(
            f"{deep} of {len(paired.files)} images have 16 bits a channel: data range 65535; metrics of 8-bit RGB "
            "(LPIPS, NIQE, NIMA, ...) round them to 8 bits"
        )
    row = Row(Path(os.path.abspath(sr_dir)).name)  # noqa: PTH100 - the name of a link, and that behind . and ..
    remarks = [*paired.remarks]
    if (called := re.fullmatch(r"[xX](\d+(?:\.\d+)?)", row.label)) and float(called[1]) != scale:
        remarks.append(f"the folder of SR images is called {row.label}, but they were measured at x{scale:g}")
    if uneven:
        remarks.append(
            f"{uneven} of {len(paired.files)} SR images have a side that is no multiple of {scale:g}: a network that "
            f"enlarges by {scale:g} makes such sizes only with padding or cropping"
        )
    columns = tuple(Column(name, str(hr_dir), scale) for name in values)
    table = Table(
        "", f"srbench score {sr_dir}", (row,), columns, row_axes=("row", "dataset", "scale"), column_axes=("metric",)
    )
    entries = tuple(
        _entry(row, column, spec, values[column.metric], protocol, remarks)
        for column, spec in zip(columns, specs, strict=True)
    )
    return Result("", table, protocol.name, protocol.hash, "", demo=False, entries=entries), values


def _is_of_images(metric: MetricSpec) -> bool:
    return metric.subject == "image" and not metric.requires


def _prepared(resolver: Resolver, spec: MetricSpec, device: str) -> tuple[Measure, MetricValues]:
    """Return the metric's function and its empty values, as `prepare` does; missing weight files are a refusal."""
    try:
        return prepare(resolver.metric(spec), device)
    except Unavailable as reason:
        return unavailable, MetricValues(refusal=str(reason))


def _entry(
    row: Row, column: Column, metric: MetricSpec, values: MetricValues, protocol: Protocol, pairing: Sequence[str]
) -> TableEntry:
    """Return the table entry that a run would make of these values.

    Args:
        row: The SR images.
        column: HR folder, scale and metric.
        metric: The metric.
        values: Its values by image.
        protocol: Protocol of the measurement.
        pairing: Remarks on the pairing of the files.
    """
    if values.error:
        bad_input = isinstance(values.error, SrbenchError)
        return TableEntry(
            row, column, metric, None, Verdict.FAILED, remarks=one_line(values.error), bad_input=bad_input
        )
    value, interval = aggregate(values.values, metric, protocol)
    cell = Cell(row.label, column.dataset, column.scale or 1, protocol.name, metric.name, "", 0, "")
    record = Record(cell, "ok", values.values, value, interval, values.missing, warnings=tuple(values.warnings))
    remarks = record.remarks
    if values.values and not values.missing and all(number == math.inf for number in values.values.values()):
        value, remarks = math.inf, "SR equals HR in every image"  # an infinite PSNR is a measured value
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
        remarks=values.refusal or "; ".join(filter(None, (*pairing, remarks))),
    )


def _paired(
    sr_dir: Path, hr_dir: Path, scale: float, finder: DatasetFinder, template: str
) -> tuple[dict[str, Path], PairedFiles]:
    """Return the HR files by name, and the SR files paired with them.

    Args:
        sr_dir: Folder of SR images.
        hr_dir: Folder of HR images, or a dataset by name.
        scale: Scale of the images.
        finder: Finder of datasets.
        template: Form of the SR names; empty: by the rules.
    """
    hr_folder = hr_dir if hr_dir.is_dir() else finder.find(str(hr_dir))
    sr, sr_unread = _files(sr_dir, scale)
    hr, hr_unread = _files(hr_folder or hr_dir, scale)
    decorations = Decorations(scale)
    if sr == hr and not template:  # both in one folder, as EDSR's test code writes them
        sr, hr = _files_of_role(sr, "SR", decorations), _files_of_role(hr, "HR", decorations)
        if not (sr and hr):
            raise DataError(f"{sr_dir}: given both as SR and as HR; name the two folders")
    paired = pair_files(hr, sr, decorations, "SR", sr_dir, template=template)
    for name, file in paired.files.items():
        if file.resolve() == hr[name].resolve():
            raise DataError(f"{file}: is the HR image itself; name the folder of the SR images")
    remarks = (hr_unread, sr_unread, *paired.remarks)
    return hr, PairedFiles(paired.files, tuple(filter(None, remarks)))


def _files(source: Path | Dataset, scale: float) -> tuple[dict[str, Path], str]:
    """Return the images of a folder or dataset by name, and a remark on files that aren't read.

    Images directly in it are a plain list, whatever their names say; otherwise it is a dataset.
    """
    if isinstance(source, Path) and source.is_dir() and (plain := list_images(source)):
        return index_by_stem(plain), left_out((path.name for path in list_unread(source)), source.name)
    if isinstance(source, Path) and (example := _image_of_its_own_folder(source)):
        iteration = example.stem.removeprefix(example.parent.name)
        raise DataError(
            f"{source}: holds a folder for each image ({example.relative_to(source)}, as BasicSR's validation writes); "
            f"copy the images of one iteration into one folder, and give --sr-name '{{}}{iteration}'"
        )
    dataset = open_folder(source) if isinstance(source, Path) else source
    remarks = (remark.text for remark in dataset.remarks if remark.scale is None)
    return {image.name: image.hr_at(scale) for image in dataset.images}, "; ".join(remarks)


def _image_of_its_own_folder(folder: Path) -> Path | None:
    """Return an image that lies in a folder of its name (``0001/0001_5000.png``), if `folder` holds such folders."""
    if not folder.is_dir():
        return None
    inside = (image for entry in sorted(folder.iterdir()) if entry.is_dir() for image in list_images(entry))
    return next((image for image in inside if image.stem.startswith(f"{image.parent.name}_")), None)


def _files_of_role(files: Mapping[str, Path], role: Role, decorations: Decorations) -> dict[str, Path]:
    return {name: file for name, file in files.items() if decorations.role(name) == role}


def _sample(name: str, sr_file: Path, hr_file: Path, scale: float, protocol: Protocol) -> Sample:
    """Return the sample of a pair, HR cropped to the size of SR.

    Raises:
        DataError: if an image can't be read, or if their sizes differ by more than a crop for the scale.
    """
    return sample_of(name, read_levels(sr_file), read_levels(hr_file), sr_file, hr_file, scale, protocol)


def sample_of(
    name: str, sr: NDArray[Any], hr: NDArray[Any], sr_file: Path, hr_file: Path, scale: float, protocol: Protocol
) -> Sample:
    """Return the sample of two images, HR cropped to the size of SR.

    Args:
        name: Name of the sample.
        sr: SR image, uint8 or uint16, (H, W, 3) RGB or (H, W) grey.
        hr: HR image, likewise.
        sr_file: File of the SR image, for messages.
        hr_file: File of the HR image, for messages.
        scale: Scale of the images.
        protocol: Protocol of the measurement.

    Raises:
        DataError: if their sizes differ by more than a crop for the scale, or if SR alone is grey.
    """
    sr, hr = map(in_8_bits_if_whole, (sr, hr))
    height, width = sr.shape[:2]
    surplus = hr.shape[0] - height, hr.shape[1] - width
    if all(0 <= pixels < scale for pixels in surplus):
        check_colours(sr_file, sr, hr_file, hr)
        if np.uint16 in {sr.dtype.type, hr.dtype.type}:
            sr, hr = in_levels(sr), in_levels(hr)
        return Sample(name, sr, hr[:height, :width], scale, protocol)
    sizes = f"SR is {width}x{height}, but {hr_file} is {hr.shape[1]}x{hr.shape[0]}"
    if all(-scale < pixels < scale for pixels in surplus) and min(surplus) < 0:
        raise DataError(
            f"{sr_file}: {sizes}, as if LR had been rounded up; crop SR to HR's size, at the right and bottom"
        )
    raise DataError(
        f"{sr_file}: {sizes}; at scale {scale:g} HR may be larger by less than {scale:g} pixels: check the scale, or "
        "whether the two belong together"
    )
