"""``srbench score``: metrics of finished SR images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.catalog import load_catalog
from srbench.cli.exit_code import exit_code, report_failures
from srbench.cli.options import (
    data_option,
    device_option,
    json_option,
    metrics_option,
    protocol_option,
    scale_option,
)
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.errors import UsageError
from srbench.escape import visible
from srbench.specs.model import parse_scale
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result


@click.command()
@click.argument("sr_dir", type=click.Path(path_type=Path))
@click.argument("hr_dir", type=click.Path(path_type=Path))
@scale_option("The scale, which determines the crop border.", required=True)
@click.option("--sr-name", default="", metavar="FORM", help="Form of the SR images' names, such as '{}_SwinIR'.")
@metrics_option
@protocol_option
@click.option(
    "--per-image/--no-per-image",
    default=None,
    help="Print the value of each image; with --json as one object per image (field `image`).  [default: only without "
    "--json]",
)
@device_option
@data_option
@json_option
def score(
    sr_dir: Path,
    hr_dir: Path,
    scale: str,
    sr_name: str,
    metrics: tuple[str, ...],
    protocol: str,
    per_image: bool | None,
    device: str,
    data: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Measure finished SR images against their HR images (a folder, or a dataset by name), matched by name.

    baby.png, babyx4.png, baby_x4_SR.png, ... belong to baby.png, as do names that all have one more prefix or suffix
    (baby_SwinIR.png). Otherwise --sr-name says their form.

    HR images larger than SR by less than the scale are cropped at the right and bottom, as is usual in benchmarks.

    \b
      srbench score results/Set5_x4 Set5 --scales 4 --protocol standard --metrics psnr,ssim --json
    """
    from srbench.bench.resolve.checkpoint_networks import is_checkpoint
    from srbench.bench.score import image_metrics, score_folders

    catalog, roots = load_catalog(), data_roots(data)
    if is_checkpoint(catalog, sr_dir):
        raise UsageError(
            f"{sr_dir}: a checkpoint, no folder of SR images; run it: "
            f"srbench eval --weights {sr_dir} --datasets {hr_dir}"
        )
    result, values = score_folders(
        catalog,
        sr_dir,
        hr_dir,
        parse_scale(scale),
        catalog.protocols.get(protocol or catalog.protocol_in_force()),
        image_metrics(catalog, metrics or ("psnr", "ssim")),
        roots=roots,
        device=device,
        sr_name=sr_name,
    )
    objects = result.as_objects()
    if as_json:
        each = [
            {**document, "image": image, "measured": value, "std": None, "ci_low": None, "ci_high": None, "n_images": 1}
            for document in objects
            for image, value in values[str(document["metric"])].values.items()
        ]
        echo_json([*objects, *(each if per_image else ())])
        report_failures(result)
        return exit_code([result])
    shown = values.values() if per_image is not False else ()
    images = dict.fromkeys(image for scores in shown for image in (*scores.values, *scores.missing))
    lines = [[image, *(_text(scores.values.get(image)) for scores in values.values())] for image in images]
    lines.append(["mean", *(_text(entry.measured) for entry in result.entries)])
    echo_table(lines, ["image", *(entry.metric.title for entry in result.entries if entry.metric)])
    _print_remarks(result)
    report_failures(result)
    return exit_code([result])


def _print_remarks(result: Result) -> None:
    """Print what is remarked on the numbers; once what all metrics have in common, such as the pairing of the files."""
    parts = {
        entry.column.metric: entry.remarks.split("; ")
        for entry in result.entries
        if entry.remarks and entry not in result.failed
    }
    lists = list(parts.values())
    common = [part for part in lists[0] if all(part in others for others in lists)] if len(lists) > 1 else []
    if common:
        echo_text(visible("; ".join(common)))
    by_remark: dict[str, list[str]] = {}
    for metric, remarks in parts.items():
        if rest := "; ".join(part for part in remarks if part not in common):
            by_remark.setdefault(rest, []).append(metric)
    for remark, concerned in by_remark.items():
        echo_text(visible(f"{', '.join(concerned)}: {remark}"))


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
