"""Tables measured from Python: of a paper, of any methods, and of finished SR images."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from srbench.api.result import Result
from srbench.data.fetch.hub import local_checkpoint
from srbench.errors import UsageError
from srbench.hub.address import is_hub_address
from srbench.settings import setting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from torch import nn

    from srbench.bench.resolve.method_weights import WeightsChoice
    from srbench.catalog import Catalog
    from srbench.inference.method import ResolvedMethod
    from srbench.specs.method import MethodSpec

    Text = str | os.PathLike[str]
    Names = Text | Iterable[Text]
    Scales = float | Iterable[float]


def run(
    plugin: str,
    *,
    table: str | int,
    rows: Names = (),
    datasets: Names = (),
    scales: Scales = (),
    metrics: Names = (),
    reference: bool = False,
    profile: str = "paper",
    source: WeightsChoice = "auto",
    seeds: int = 1,
    protocol: str = "",
    device: str | None = None,
    jobs: int | None = None,
    tile: int | None = None,
    data: Names = (),
    out: Text | None = None,
    progress: bool = False,
) -> Result:
    """Measure a table of a paper as ``srbench run`` does: finished cells come from the records under `out`.

    Args:
        plugin: The paper's plugin.
        table: The table's number.
        rows: Only these rows: labels and patterns.
        datasets: Only these datasets; those that the paper does not use, and folders, are added.
        scales: Only these scales.
        metrics: Only these metrics.
        reference: Whether to append the rows nearest, bilinear and bicubic.
        profile: Budget of trainings: ``demo``, ``quick``, ``short`` or ``paper``.
        source: Source of the SR images.
        seeds: Number of trainings of each method that is trained.
        protocol: Protocol in place of the table's.
        device: Device; None: the setting `device`.
        jobs: Number of processes; None: the setting `jobs`.
        tile: Side of a tile in LR pixels; 0: never tile; None: only where an image does not fit into memory.
        data: Folders with datasets and weights, searched first.
        out: Folder for tables and records; None: the setting `out`, ``results``.
        progress: Whether to show progress and print the table.

    Returns:
        The part of the table that was asked for; the files under `out` hold the whole table.

    Raises:
        SrbenchError: as the command, whose message it is.
    """
    from srbench.bench.planning.options import Options
    from srbench.bench.planning.selection import Selection
    from srbench.bench.resolve.method_weights import WeightsChoice
    from srbench.catalog import load_catalog
    from srbench.cli.execution import Execution
    from srbench.cli.tables.request import default_out
    from srbench.cli.tables.run import TableRun
    from srbench.records.store import Store
    from srbench.specs.recipe import PROFILES
    from srbench.storage.roots import data_roots

    _check_choice("profile", profile, PROFILES)
    _check_choice("source", source, get_args(WeightsChoice))
    _check_counts(seeds=(seeds, 1), jobs=(jobs, 1), tile=(tile, 0))
    catalog = load_catalog()
    paper = catalog.plugin(plugin)
    chosen = paper.table(str(table))
    folders = tuple(map(Path, _names(data)))
    selection = Selection(
        _names(rows), _datasets(catalog, datasets, folders), _scales(scales), _names(metrics), reference=reference
    )
    device = device or setting("device")
    options = Options(profile=profile, source=source, seeds=seeds, protocol=protocol, device=device, tile=tile)
    roots, store = data_roots(folders), Store(Path(out) if out is not None else default_out(profile))
    execution = Execution(jobs or setting("jobs"))
    tables = TableRun(catalog, [(paper, chosen)], selection, options, roots, store, execution, quiet=not progress)
    tables.check()
    [result] = tables.run()
    return Result(result)


def evaluate(
    model: str | nn.Module | Sequence[str | nn.Module],
    *,
    datasets: Names,
    scales: Scales = (),
    metrics: Names = ("psnr", "ssim"),
    protocol: str | None = None,
    weights: Text | None = None,
    device: str | None = None,
    jobs: int | None = None,
    tile: int | None = None,
    data: Names = (),
    progress: bool = False,
) -> Result:
    """Measure methods on any images as ``srbench eval`` does; nothing is kept.

    Args:
        model: A ``torch.nn.Module`` whose ``forward(lr)`` or ``forward(lr, scale)`` takes (B, 3, h, w) RGB in [0, 1]
            and returns SR in the same range; the name of a method; ``file.py:Class``, whose code is run; or several.
        datasets: Names of datasets, and folders.
        scales: Scales; left out: that of a checkpoint whose network is found in it.
        metrics: Metrics and patterns.
        protocol: Protocol; None: the setting `protocol`, ``standard``.
        weights: Checkpoint of `model`, where it is a single name; also its address on the Hub (``hf://org/repo/file``).
        device: Device; None: the setting `device`.
        jobs: Number of processes; None: the setting `jobs`. A module is measured in this one.
        tile: Side of a tile in LR pixels; 0: never tile; None: only where an image does not fit into memory.
        data: Folders with datasets and weights, searched first.
        progress: Whether to show progress.

    Returns:
        The table, one row per method.

    Raises:
        SrbenchError: as the command, whose message it is.
    """
    from srbench.bench.one_off import measure_methods, plan_methods
    from srbench.bench.planning.options import Options
    from srbench.bench.planning.selection import Selection
    from srbench.bench.resolve.ad_hoc_methods import AdHocMethods, checkpoint_scales
    from srbench.catalog import load_catalog
    from srbench.cli.execution import executor_of
    from srbench.cli.progress.measuring import progress_for
    from srbench.storage.roots import data_roots

    _check_counts(jobs=(jobs, 1), tile=(tile, 0))
    catalog = load_catalog()
    given = list(model) if isinstance(model, (list, tuple)) else [model]
    if not given:
        raise UsageError("model: none is given; give a network, the name of a method, or several")
    if weights is not None and len(given) != 1:
        raise UsageError(f"weights {os.fspath(weights)}: they belong to one model, and {len(given)} are given")
    methods = [_method(catalog, method, weights) for method in given]
    names = [method.name for method in methods]
    if duplicate := next((name for name in names if names.count(name) > 1), ""):
        raise UsageError(f"model {duplicate}: given twice; measure them in two calls")
    if not _names(datasets):
        raise UsageError("datasets: none is given; name datasets or folders")
    _check_metrics(metrics)
    folders = tuple(map(Path, _names(data)))
    selection = Selection(
        datasets=_datasets(catalog, datasets, folders),
        scales=_scales(scales) or checkpoint_scales(*methods),
        metrics=_names(metrics),
    )
    options = Options(protocol=protocol or catalog.protocol_in_force(), device=device or setting("device"), tile=tile)
    title = f"srbench.evaluate {', '.join(names)}"
    plan = plan_methods(AdHocMethods.of(catalog, methods), title, selection, options, data_roots(folders))
    processes = 1 if any(not isinstance(method, str) for method in given) else jobs or setting("jobs")
    with progress_for(plan.jobs, quiet=not progress) as events:
        return Result(measure_methods(plan, executor_of(catalog, processes), events))


def score(
    sr: Text,
    hr: Text,
    *,
    scale: float,
    metrics: Names = ("psnr", "ssim"),
    protocol: str | None = None,
    sr_name: str = "",
    device: str | None = None,
    data: Names = (),
) -> Result:
    """Measure finished SR images against their HR images, matched by name, as ``srbench score`` does.

    Args:
        sr: Folder of SR images.
        hr: Folder of HR images, or a dataset by name.
        scale: Scale, which determines the crop border.
        metrics: Metrics of images.
        protocol: Protocol; None: the setting `protocol`, ``standard``.
        sr_name: Form of the SR images' names, such as ``{}_SwinIR``; empty: by the rules.
        device: Device of the metrics; None: the setting `device`.
        data: Folders with datasets and weights, searched first.

    Returns:
        The table, one row for the folder, with means over its images.

    Raises:
        SrbenchError: as the command, whose message it is.
    """
    from srbench.bench.score import image_metrics, score_folders
    from srbench.catalog import load_catalog
    from srbench.specs.model import parse_scale
    from srbench.storage.roots import data_roots

    _check_metrics(metrics)
    catalog = load_catalog()
    factor = parse_scale(str(scale))
    result, _values = score_folders(
        catalog,
        Path(sr),
        Path(hr),
        factor,
        catalog.protocols.get(protocol or catalog.protocol_in_force()),
        image_metrics(catalog, _names(metrics)),
        roots=data_roots(map(Path, _names(data))),
        device=device or setting("device"),
        sr_name=sr_name,
    )
    return Result(result)


def _method(catalog: Catalog, model: Any, weights: Text | None) -> MethodSpec | ResolvedMethod:
    """Return a module, or what a text names, as a method."""
    from torch import nn

    from srbench.bench.resolve.ad_hoc_methods import parse_method
    from srbench.inference.method import ResolvedMethod
    from srbench.specs.model import ModelSpec

    if isinstance(model, str):
        named = local_checkpoint(model) if is_hub_address(model) else model
        return parse_method(
            catalog, str(named), weights=None if weights is None else local_checkpoint(os.fspath(weights))
        )
    if not isinstance(model, nn.Module):
        raise UsageError(
            f"model {type(model).__name__}: neither a torch.nn.Module nor a name; give a network, a method's name or "
            "file.py:Class"
        )
    if weights is not None:
        raise UsageError(f"weights {os.fspath(weights)}: the network brings its weights; load them into it")
    name = type(model).__name__
    return ResolvedMethod(name, ModelSpec(name, build=model, joint=True))  # type: ignore[arg-type]  # copied as it is


def _check_choice(name: str, value: str, choices: Collection[str]) -> None:
    if value not in choices:
        raise UsageError(f"{name} {value!r}: unknown; choose from {', '.join(choices)}")


def _check_counts(**counts: tuple[int | None, int]) -> None:
    """Check arguments that are whole numbers, each given as its value and the least that it may be."""
    for name, (value, least) in counts.items():
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            raise UsageError(f"{name} {value}: give a whole number of {least} or more")


def _check_metrics(metrics: Names) -> None:
    if not _names(metrics):
        raise UsageError("metrics: none is given; name metrics, such as psnr")


def _names(names: Names) -> tuple[str, ...]:
    """Return names as a tuple; a single one needs no list."""
    return (os.fspath(names),) if isinstance(names, (str, os.PathLike)) else tuple(os.fspath(name) for name in names)


def _datasets(catalog: Catalog, names: Names, data: Sequence[Path]) -> tuple[str, ...]:
    from srbench.bench.planning.known_names import located

    return tuple(located(catalog, name, data) for name in _names(names))


def _scales(scales: Scales) -> tuple[float, ...]:
    from srbench.specs.model import parse_scale

    given = (scales,) if isinstance(scales, (int, float)) else scales
    return tuple(parse_scale(str(scale)) for scale in given)
