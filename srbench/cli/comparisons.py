"""Output of ``srbench compare``: a table of pairs of methods, values by image, JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.bench.compare import ALL, FIELDS, Comparison
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.escape import csv_text, visible
from srbench.render.remarks import lr_line
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADERS = (
    *("dataset", "scale", "metric", "A", "B", "mean A", "mean B", "A - B", "95 % interval", "Wilcoxon p", "Holm p"),
    *("win/tie/loss", "n", "A is"),
)
"""Headings of the table."""


def show_comparisons(
    comparisons: Sequence[Comparison], csv_file: Path | None, *, per_image: bool, as_json: bool
) -> None:
    """Print comparisons as a table or as JSON.

    Args:
        comparisons: The comparisons; not empty.
        csv_file: File that receives them too; None: none.
        per_image: Whether to print the values of each image.
        as_json: Whether to print JSON.
    """
    of_datasets = [comparison for comparison in comparisons if comparison.dataset != ALL]
    if csv_file:
        objects = ({**comparison.as_object(), "scale": f"{comparison.scale:g}"} for comparison in comparisons)
        write_atomically(csv_file, csv_text(FIELDS, ([entry[name] for name in FIELDS] for entry in objects)))
        click.echo(f"written: {csv_file}", err=True)
    if as_json:
        images = (document for comparison in of_datasets for document in comparison.image_objects())
        echo_json([*(comparison.as_object() for comparison in comparisons), *(images if per_image else ())])
        return
    single = len({(comparison.a, comparison.b) for comparison in comparisons}) == 1
    legend = f"A: {comparisons[0].a}\nB: {comparisons[0].b}\n" if single else ""
    echo_text("\n".join(filter(None, (f"{legend}protocol {comparisons[0].protocol}", _sources(of_datasets)))) + "\n")
    hidden = {"A", "B", "Holm p"} if single else set()
    shown = [number for number, header in enumerate(HEADERS) if header not in hidden]
    lines = [_line(comparison) for comparison in comparisons]
    echo_table([[line[number] for number in shown] for line in lines], [HEADERS[number] for number in shown])
    if per_image:
        for comparison in of_datasets:
            _print_images(comparison)
    for entry in of_datasets:
        if entry.left_out_note:
            echo_text(visible(f"{entry.metric.name} on {entry.dataset} x{entry.scale:g}: {entry.left_out_note}"))
    for remark in dict.fromkeys(remark for entry in of_datasets for remark in entry.remarks):
        echo_text(visible(f"- {remark}"))


def _sources(comparisons: Sequence[Comparison]) -> str:
    """Return the line with the sources of the LR images, each with its datasets and scales."""
    places: dict[str, dict[str, None]] = {}
    for each in comparisons:
        if each.lr:
            places.setdefault(each.lr, {})[f"{each.dataset} x{each.scale:g}"] = None
    return visible(lr_line({lr: ", ".join(names) for lr, names in places.items()}))


def _line(comparison: Comparison) -> list[str]:
    test, metric, digits = comparison.test, comparison.metric, comparison.metric.decimals + 1
    interval = "–" if test.interval is None else "{:+.{d}f} to {:+.{d}f}".format(*test.interval, d=digits)
    place = [comparison.dataset, f"x{comparison.scale:g}", metric.title or metric.name, comparison.a, comparison.b]
    means = [f"{mean:.{digits}f}" for mean in (test.mean_a, test.mean_b)]
    counts = f"{comparison.wins}/{comparison.ties}/{comparison.losses}"
    tests = [f"{test.difference:+.{digits}f}", interval, f"{test.p:.2g}", f"{comparison.p_holm:.2g}", counts]
    return [*place, *means, *tests, str(test.n), comparison.verdict]


def _print_images(comparison: Comparison) -> None:
    metric, digits = comparison.metric, comparison.metric.decimals + 1
    title = f"{metric.title or metric.name}, {comparison.dataset} x{comparison.scale:g}"
    echo_text(f"\n{title}: {comparison.a} - {comparison.b}")
    lines = [
        (image, f"{a:.{digits}f}", f"{b:.{digits}f}", f"{a - b:+.{digits}f}")
        for image, (a, b) in comparison.values.items()
    ]
    echo_table(lines, ("image", "A", "B", "A - B"))
