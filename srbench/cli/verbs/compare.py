"""``srbench compare``: test which of several methods is better on the same images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.bench.compare import Measured, compare_all
from srbench.bench.one_off import measure_methods, plan_methods
from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.ad_hoc_methods import AdHocMethods, checkpoint_scales
from srbench.bench.results.dataset_labels import dataset_labels, file_labels
from srbench.catalog import Catalog, load_catalog
from srbench.cli.comparisons import show_comparisons
from srbench.cli.execution import executor_of
from srbench.cli.exit_code import exit_code, report_failures
from srbench.cli.methods.given_methods import GivenMethod, MethodsCommand, given_methods, parsed_methods
from srbench.cli.options import (
    CheckpointPath,
    data_option,
    datasets_option,
    device_option,
    jobs_option,
    json_option,
    methods_option,
    metrics_option,
    model_arg_option,
    protocol_option,
    scales_option,
    tile_option,
    weights_option,
)
from srbench.cli.progress.measuring import progress_for
from srbench.errors import DataError, UsageError
from srbench.records.record import Record
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.planning.plan import Plan
    from srbench.bench.results.table_result import Result


@click.command("compare", cls=MethodsCommand)
@click.argument("names", metavar="A B ...", nargs=-1)
@methods_option("Methods to compare, as A, B, ...: for checkpoints that stand behind their methods. Repeatable.")
@weights_option
@model_arg_option
@click.option("--weights-a", type=CheckpointPath(path_type=Path), default=None, hidden=True)
@click.option("--weights-b", type=CheckpointPath(path_type=Path), default=None, hidden=True)
@datasets_option()
@scales_option()
@metrics_option
@protocol_option
@click.option("--all-pairs", is_flag=True, help="Compare every two methods, not only the first with each other one.")
@click.option("--per-image", is_flag=True, help="Also print the values of each image (with --json: as objects).")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), default=None, help="File that receives the table.")
@device_option
@jobs_option
@tile_option
@data_option
@json_option
@click.pass_context
def compare_command(
    ctx: click.Context,
    names: tuple[str, ...],
    methods: tuple[str, ...],
    weights: tuple[Path, ...],
    arguments: tuple[str, ...],
    weights_a: Path | None,
    weights_b: Path | None,
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
    protocol: str,
    all_pairs: bool,
    per_image: bool,
    csv_file: Path | None,
    device: str,
    jobs: int,
    tile: int | None,
    data: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Compare methods image by image: A, B, ... are methods, path/to/file.py:Class, checkpoints, or all record files.

    A is better or worse than B if the Wilcoxon signed-rank test has p < 0.05 and the 95 % bootstrap interval of the
    mean difference excludes 0; otherwise, and always on fewer than six images, it is undecided. With more than two
    methods the p values of a dataset, scale and metric are corrected for their number (Holm), and the corrected ones
    decide; nothing is corrected across datasets and metrics. Metrics default to psnr,ssim, the protocol to `standard`.

    \b
      srbench compare imdn carn-m bicubic --datasets Set5,Set14 --scales 4
      srbench compare my_net.py:Net --weights net.pth imdn --datasets Set5 --scales 4 --per-image
      srbench compare first.pth second.onnx --datasets Set5
      srbench compare results/records/0a/0a….json results/records/f3/f3….json
    """
    del names, methods, arguments  # `given_methods` reads them in the order of the command line
    catalog = load_catalog()
    given = given_methods(ctx)
    _add_older(given, weights_a, weights_b)
    if len(given) < 2:
        raise UsageError("nothing to compare; name at least two methods, or two record files")
    records = [method.text for method in given if method.text.endswith(".json")]
    if 0 < len(records) < len(given):
        raise UsageError("a record can only be compared with a record; name only record files, or only methods")
    if records:
        if datasets or scales or metrics or protocol or weights or weights_a or weights_b:
            raise UsageError(
                "A and B are records, which fix what was measured; leave out all options but --all-pairs, --per-image, "
                "--csv and --json"
            )
        show_comparisons(
            compare_all([_measured_in_files(records)], catalog, all_pairs=all_pairs),
            csv_file,
            per_image=per_image,
            as_json=as_json,
        )
        return 0
    if not datasets:
        raise UsageError("comparing methods needs datasets and scales; give e.g. --datasets Set5,Set14 --scales 4")
    methods_to_compare = _distinct_methods(catalog, given)
    scales = scales or checkpoint_scales(*methods_to_compare.resolved.values())
    selection = Selection(datasets=datasets, scales=scales, metrics=metrics or ("psnr", "ssim"))
    options = Options(protocol=protocol or catalog.protocol_in_force(), device=device, tile=tile)
    plan = _plan(methods_to_compare, selection, options, data_roots(data))
    measured: list[Record] = []
    with progress_for(plan.jobs, quiet=as_json) as events:
        result = measure_methods(plan, executor_of(catalog, jobs), events, measured.append)
    report_failures(result)
    groups = _groups(plan, measured, result)
    if not groups:
        raise DataError(next(entry.remarks for entry in result.entries if entry.measured is None))
    comparisons = compare_all(groups, catalog, all_pairs=all_pairs)
    show_comparisons(comparisons, csv_file, per_image=per_image, as_json=as_json)
    for entry in result.entries:
        if entry.measured is None and entry not in result.failed:
            click.echo(f"{entry.row.label}, {entry.column.dataset} {entry.column.metric}: {entry.remarks}", err=True)
    return exit_code([result])


def _distinct_methods(catalog: Catalog, given: Sequence[GivenMethod]) -> AdHocMethods:
    parsed = parsed_methods(catalog, given)
    if len(parsed) < len(given):
        twice = next(method.text for number, method in enumerate(given) if _among(method, given[:number]))
        raise UsageError(f"A and B are both {twice}; name two methods, or one model with --weights of two files")
    return AdHocMethods.of(catalog, parsed)


def _plan(methods: AdHocMethods, selection: Selection, options: Options, roots: tuple[Path, ...]) -> Plan:
    plan = plan_methods(methods, " against ".join(methods.names), selection, options, roots)
    for slot in plan.slots:
        if slot.metric and slot.metric.subject != "image":
            raise UsageError(f"metric {slot.metric.name}: it has no value for each image to compare; use srbench eval")
        if slot.reason:
            raise DataError(slot.reason)
    return plan


def _add_older(given: Sequence[GivenMethod], *weights: Path | None) -> None:
    """Give the first methods the checkpoints of the older options ``--weights-a`` and ``--weights-b``."""
    for number, file in enumerate(weights):
        if file is None:
            continue
        letter = "ab"[number]
        if number >= len(given) or given[number].weights:
            raise UsageError(f"--weights-{letter} {file}: write --weights {file} behind the method that it belongs to")
        given[number].weights = file


def _among(method: GivenMethod, others: Sequence[GivenMethod]) -> bool:
    same = [other for other in others if other.text.casefold() == method.text.casefold()]
    return any((other.weights, other.arguments) == (method.weights, method.arguments) for other in same)


def _measured_in_files(files: Sequence[str]) -> list[Measured]:
    """Return records from their files; those of one method are told apart by their files."""
    records = [Record.read(Path(file)) for file in files]
    methods = [record.cell.method for record in records]
    labels = file_labels(map(Path, files))
    return [
        Measured(
            f"{record.cell.method} ({labels[Path(file)]})"
            if methods.count(record.cell.method) > 1
            else record.cell.method,
            record.cell.dataset,
            record,
            "; ".join(record.warnings),
        )
        for file, record in zip(files, records, strict=True)
    ]


def _groups(plan: Plan, records: Sequence[Record], result: Result) -> list[list[Measured]]:
    """Return the records of all measured methods for each column, if there are two at least and the first is one."""
    done = {record.cell.key: record for record in records if record.status == "ok"}
    labels = dataset_labels(column.dataset for column in plan.table.columns)
    groups: dict[object, list[Measured]] = {column: [] for column in plan.table.columns}
    for slot, entry in zip(plan.slots, result.entries, strict=True):
        if slot.cell and slot.cell.key in done:
            record, dataset = done[slot.cell.key], labels[slot.column.dataset]
            groups[slot.column].append(Measured(slot.row.label, dataset, record, entry.remarks))
    first = plan.table.rows[0].label
    return [group for group in groups.values() if len(group) > 1 and group[0].method == first]
