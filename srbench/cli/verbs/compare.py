"""``srbench compare``: test whether method A is better than method B on the same images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.bench.compare import ALL, Comparison, compare, with_pools
from srbench.bench.one_off import measure_methods, plan_methods
from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.ad_hoc_methods import AdHocMethods, parse_method
from srbench.catalog import Catalog, load_catalog
from srbench.cli.execution import executor_of
from srbench.cli.exit_code import exit_code, report_failures
from srbench.cli.options import (
    Names,
    Scales,
    data_option,
    device_option,
    jobs_option,
    json_option,
    metrics_option,
    protocol_option,
    tile_option,
)
from srbench.cli.output import echo_json, echo_table
from srbench.cli.progress.measuring import progress_for
from srbench.errors import DataError, UsageError
from srbench.records.record import Record
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.bench.planning.plan import Plan

HEADERS = ("dataset", "scale", "metric", "A", "B", "A - B", "95 % interval", "Wilcoxon p", "n", "A is")
WEIGHTS_HELP = "Checkpoint of {}, if it is a model rather than a method."


@click.command("compare")
@click.argument("a")
@click.argument("b")
@click.option("--weights-a", type=click.Path(path_type=Path), default=None, help=WEIGHTS_HELP.format("A"))
@click.option("--weights-b", type=click.Path(path_type=Path), default=None, help=WEIGHTS_HELP.format("B"))
@click.option("--datasets", type=Names(), default=(), help="Dataset names and folders.")
@click.option("--scales", "--scale", type=Scales(), default=(), help="Scales, e.g. 2,3,4.")
@metrics_option
@protocol_option
@device_option
@jobs_option
@tile_option
@data_option
@json_option
def compare_command(
    a: str,
    b: str,
    weights_a: Path | None,
    weights_b: Path | None,
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
    protocol: str,
    device: str,
    jobs: int,
    tile: int | None,
    data: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Compare two methods image by image: A and B are methods, path/to/file.py:Class, or both record files.

    A is better or worse if the Wilcoxon signed-rank test has p < 0.05 and the 95 % bootstrap interval of the mean
    difference excludes 0; otherwise, and always on fewer than six images, it is undecided. There is no correction for
    multiple comparisons. Metrics default to psnr,ssim, and the protocol to `standard`.

    \b
      srbench compare imdn bicubic --datasets Set5,Set14 --scales 4
      srbench compare results/records/0a/0a….json results/records/f3/f3….json
    """
    catalog = load_catalog()
    if a.endswith(".json") and b.endswith(".json"):
        if datasets or scales or metrics or protocol or weights_a or weights_b:
            raise UsageError("A and B are records, which fix what was measured; leave out all options but --json")
        _show(catalog, [(Record.read(Path(a)), Record.read(Path(b)))], as_json=as_json)
        return 0
    if a.endswith(".json") or b.endswith(".json"):
        raise UsageError("a record can only be compared with a record; name two record files, or two methods")
    if not datasets or not scales:
        raise UsageError("comparing methods needs datasets and scales; give e.g. --datasets Set5,Set14 --scales 4")
    selection = Selection(datasets=datasets, scales=scales, metrics=metrics or ("psnr", "ssim"))
    options = Options(protocol=protocol or "standard", device=device, tile=tile)
    methods = _two_methods(catalog, (a, weights_a), (b, weights_b))
    plan = _plan(methods, selection, options, data_roots(data))
    records: list[Record] = []
    with progress_for(plan.jobs, quiet=as_json) as events:
        result = measure_methods(plan, executor_of(catalog, jobs), events, records.append)
    report_failures(result)
    pairs = _pairs(plan, methods.names, records)
    if not pairs:
        raise DataError(next(entry.remarks for entry in result.entries if entry.measured is None))
    _show(catalog, pairs, as_json=as_json)
    for entry in result.entries:
        if entry.measured is None and entry not in result.failed:
            click.echo(f"{entry.row.label}, {entry.column.dataset} {entry.column.metric}: {entry.remarks}", err=True)
    return exit_code([result])


def _two_methods(catalog: Catalog, a: tuple[str, Path | None], b: tuple[str, Path | None]) -> AdHocMethods:
    """Return methods A and B, each given as (text, checkpoint).

    The file name of a checkpoint is part of a method's name; its path if both files have the same name.

    Raises:
        UsageError: if both have the same name.
    """
    methods = [parse_method(catalog, model, weights=weights) for model, weights in (a, b)]
    if methods[0].name == methods[1].name and a[1] != b[1]:  # two files of one name
        methods = [
            replace(method, name=f"{model} ({weights})") if weights else method
            for method, (model, weights) in zip(methods, (a, b), strict=True)
        ]
    if methods[0].name == methods[1].name:
        raise UsageError(f"A and B are both {b[0]}; name two methods, or one model with --weights-a and --weights-b")
    return AdHocMethods.of(catalog, methods)


def _plan(methods: AdHocMethods, selection: Selection, options: Options, roots: tuple[Path, ...]) -> Plan:
    for metric in selection.metrics:
        if methods.catalog.metrics.get(metric).subject != "image":
            raise UsageError(f"metric {metric}: it has no value for each image to compare; use srbench eval")
    plan = plan_methods(methods, " against ".join(methods.names), selection, options, roots)
    for place in plan.places:
        if place.reason:
            raise DataError(place.reason)
    return plan


def _pairs(plan: Plan, names: tuple[str, ...], records: list[Record]) -> list[tuple[Record, Record]]:
    """Return the records of both methods for each column in which both were measured."""
    done = {record.cell.key: record for record in records if record.status == "ok"}
    by_place = {(place.row.label, place.column): done.get(place.cell.key) for place in plan.places if place.cell}
    both = [tuple(by_place[name, column] for name in names) for column in plan.table.columns]
    return [(a, b) for a, b in both if a and b]


def _show(catalog: Catalog, pairs: list[tuple[Record, Record]], *, as_json: bool) -> None:
    comparisons = with_pools(compare(a, b, catalog) for a, b in pairs)
    a, b = (record.cell.method for record in pairs[0])
    if as_json:
        echo_json([{"a": a, "b": b, **comparison.as_object()} for comparison in comparisons])
        return
    click.echo(f"A: {a}\nB: {b}\nprotocol {comparisons[0].protocol}\n")
    echo_table(map(_line, comparisons), HEADERS)
    for entry in comparisons:
        if entry.note and entry.dataset != ALL:
            click.echo(f"{entry.metric.name} on {entry.dataset} x{entry.scale:g}: {entry.note}")


def _line(comparison: Comparison) -> list[str]:
    test, metric, digits = comparison.test, comparison.metric, comparison.metric.decimals + 1
    interval = "–" if test.interval is None else "{:+.{d}f} to {:+.{d}f}".format(*test.interval, d=digits)
    means = [f"{mean:.{digits}f}" for mean in (test.mean_a, test.mean_b)]
    place = [comparison.dataset, f"x{comparison.scale:g}", metric.title or metric.name]
    return [*place, *means, f"{test.difference:+.{digits}f}", interval, f"{test.p:.2g}", str(test.n), test.verdict]
