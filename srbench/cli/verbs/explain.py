"""``srbench explain``: values under variants of the protocol, to see which one a paper may have used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.bench.explain.protocol_variants import describe
from srbench.bench.explain.target import ExplainTarget, target_of_cell, target_of_record
from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.catalog import load_catalog
from srbench.cli.options import (
    data_option,
    datasets_option,
    device_option,
    json_option,
    metrics_option,
    protocol_option,
    rows_option,
    scale_option,
    tile_option,
)
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.cli.progress.measuring import progress_for
from srbench.errors import UsageError
from srbench.published import Published
from srbench.records.record import Record
from srbench.records.store import FOLDER
from srbench.settings import setting
from srbench.specs.model import parse_scale
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.bench.explain.explanation import Explanation, VariantValue


@click.command("explain")
@click.argument("record", type=click.Path(path_type=Path), required=False)
@click.option("--plugin", "plugin_name", default="", help="The paper's plugin, for a cell of one of its tables.")
@click.option("--table", "table_id", default="", help="Table number.")
@rows_option
@datasets_option("A dataset or folder.")
@scale_option("The scale, if the table has several.")
@metrics_option
@protocol_option
@click.option("--published", default="", help="The published number, if other than the one printed in the table.")
@device_option
@tile_option
@data_option
@json_option
def explain_command(
    record: Path | None,
    plugin_name: str,
    table_id: str,
    rows: tuple[str, ...],
    datasets: tuple[str, ...],
    scale: str,
    metrics: tuple[str, ...],
    protocol: str,
    published: str,
    device: str,
    tile: int | None,
    data: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Measure the SR images of a RECORD or of a table's cell under every variant of the protocol.

    Each line is one change (rounding, truncation, Y or RGB, crop border, pooled MSE), with its distance to the
    unchanged number and to the published one; the nearest change and the nearest two changes are marked. Methods of up
    to 100 G mult-adds for a 1280x720 image are also run on LR images made by the other kinds of imresize.

    \b
      srbench explain --plugin pcarn --table 4 --rows PCARN-M --datasets Set5 --metrics psnr
      srbench explain results/records/0a/0a….json --published 29.46
    """
    catalog, options, roots = load_catalog(), Options(protocol=protocol, device=device, tile=tile), data_roots(data)
    if record and (plugin_name or table_id or rows or datasets or scale or metrics or protocol):
        raise UsageError(f"{record}: a record fixes what was measured; leave out the options that name a cell")
    if record:
        target = target_of_record(catalog, Record.read(record), options, roots, _output_folder(record))
    elif plugin_name and table_id and rows:
        plugin = catalog.plugin(plugin_name)
        selection = Selection(rows, datasets, (parse_scale(scale),) if scale else (), metrics or ("psnr",))
        target = target_of_cell(catalog, plugin, plugin.table(table_id), selection, options, roots)
    else:
        raise UsageError(
            "nothing to explain; name a record's file, or a cell with --plugin, --table, --rows and --datasets"
        )
    target = _with_published(target, published)
    from srbench.bench.explain.explanation import explain, jobs_by_lr_mode

    jobs, note = jobs_by_lr_mode(target)
    with progress_for(jobs, quiet=as_json) as events:
        explanation = explain(target, jobs, note, events)
    if as_json:
        echo_json(explanation.as_object())
    else:
        _print(explanation)


def _output_folder(record: Path) -> Path:
    """Return the output folder of a record's file, ``OUT/records/0a/0a….json``; of one elsewhere, the usual one."""
    folder = record.resolve().parent.parent
    return folder.parent if folder.name == FOLDER else setting("out")


def _with_published(target: ExplainTarget, text: str) -> ExplainTarget:
    if not text:
        return target
    try:
        return replace(target, published=Published(text, float(text)))
    except ValueError:
        raise UsageError(f"--published {text!r} is not a number; write e.g. 29.46") from None


def _print(explanation: Explanation) -> None:
    target, metric = explanation.target, explanation.metric
    job, title = target.job, metric.title or metric.name
    where = (
        f"{target.label}, {job.dataset.name if job.dataset else ''} x{job.scale:g}, {explanation.base.images} images"
    )
    printed = f"; published {target.published.printed}" if target.published else ""
    echo_text(f"{where}: {title}{f' in {metric.unit}' if metric.unit else ''}{printed}")
    echo_text(f"protocol {job.protocol.name}: {describe(job.protocol)}\n")
    marks = {id(each): mark for each, mark in _marked(explanation)}
    shown = [each for each in explanation.variants if len(each.variant.changes) < 2 or id(each) in marks]
    headers = ["", title, "to base", *(["to published", ""] if target.published else [])]
    echo_table([_line(explanation, each, marks.get(id(each), "")) for each in shown], headers)
    echo_text("".join(f"\n{line}" for line in _remarks(explanation)))


def _marked(explanation: Explanation) -> list[tuple[VariantValue, str]]:
    marks = ((1, "nearest change"), (2, "nearest two changes"))
    return [(each, mark) for changes, mark in marks if (each := explanation.nearest(changes))]


def _line(explanation: Explanation, variant: VariantValue, mark: str) -> list[str]:
    digits = explanation.metric.decimals + 1
    value = "–" if variant.value is None else f"{variant.value:.{digits}f}"
    line = [variant.variant.label, value, _signed(explanation.to_base(variant), digits)]
    return [*line, _signed(explanation.to_published(variant), digits), mark] if explanation.target.published else line


def _signed(difference: float | None, digits: int) -> str:
    return "" if difference is None else f"{difference:+.{digits}f}"


def _remarks(explanation: Explanation) -> list[str]:
    lines = [explanation.note] if explanation.note else []
    if fewer := [each.variant.label for each in explanation.variants if each.images < explanation.base.images]:
        lines.append(f"on fewer images (the others are too small once cropped): {'; '.join(fewer)}")
    if not explanation.target.published:
        return [*lines, "no published value to compare with; give one with --published"]
    nearest_by_changes = [each for changes in range(3) if (each := explanation.nearest(changes))]
    nearest = min(nearest_by_changes, key=lambda each: abs(explanation.to_published(each) or 0))
    digits = explanation.metric.decimals + 1
    return [*lines, f"nearest of all: {nearest.variant.label} ({_signed(explanation.to_published(nearest), digits)})"]
