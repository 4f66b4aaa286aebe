"""``srbench eval``: measure any model on any images; no plugin is needed."""

from __future__ import annotations

from pathlib import Path

import click

from srbench.bench.one_off import measure_methods, plan_methods
from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.ad_hoc_methods import AdHocMethods, parse_method
from srbench.catalog import load_catalog
from srbench.cli.execution import executor_of
from srbench.cli.exit_code import exit_code, report_failures
from srbench.cli.options import (
    Names,
    Scales,
    alpha_option,
    data_option,
    device_option,
    ensemble_option,
    jobs_option,
    json_option,
    metrics_option,
    protocol_option,
    tile_option,
)
from srbench.cli.output import echo_json
from srbench.cli.progress.measuring import progress_for
from srbench.cli.writing.output_files import writable_outputs
from srbench.errors import DataError
from srbench.render.csv_tables import to_cells_csv
from srbench.render.markdown import to_text
from srbench.storage.atomic import write_atomically
from srbench.storage.roots import data_roots


@click.command("eval")
@click.option(
    "--model",
    required=True,
    help="A model or method of the catalog, the mean of several methods (a+b), or path/to/file.py:Class.",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    default=None,
    help="Checkpoint: .pth, .pt, .safetensors, .mat, .caffemodel, .params, .tf1 or .txt.",
)
@click.option("--model-arg", "arguments", multiple=True, metavar="KEY=VALUE", help="Argument of the model. Repeatable.")
@click.option("--datasets", type=Names(), required=True, help="Dataset names and folders.")
@click.option("--scales", "--scale", type=Scales(), required=True, help="Scales, e.g. 2,3,4.")
@metrics_option
@protocol_option
@ensemble_option
@alpha_option
@device_option
@jobs_option
@tile_option
@data_option
@click.option(
    "--save-images", type=click.Path(path_type=Path), default=None, help="Folder that receives the SR images."
)
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), default=None, help="File that receives the cells.")
@json_option
def evaluate(
    model: str,
    weights: Path | None,
    arguments: tuple[str, ...],
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
    protocol: str,
    ensemble: tuple[str, ...],
    alpha: float | None,
    device: str,
    jobs: int,
    tile: int | None,
    data: tuple[Path, ...],
    save_images: Path | None,
    csv_file: Path | None,
    as_json: bool,
) -> int:
    """Measure any model on any images.

    Nothing is cached. Metrics default to psnr,ssim, and the protocol to `standard`.

    \b
      srbench eval --model imdn --datasets Set5,Set14 --scales 2,3,4
      srbench eval --model my_net.py:Net --weights net.pth --datasets ~/photos --scales 4 --metrics psnr,ssim,params
    """
    catalog = load_catalog()
    roots = data_roots(data)
    method = parse_method(catalog, model, weights=weights, arguments=arguments, ensemble=ensemble, alpha=alpha)
    selection = Selection(datasets=datasets, scales=scales, metrics=metrics or ("psnr", "ssim"))
    options = Options(protocol=protocol or "standard", device=device, tile=tile, save_images=save_images)
    methods = AdHocMethods.of(catalog, [method])
    plan = plan_methods(methods, f"srbench eval --model {method.name}", selection, options, roots)
    if all(place.reason for place in plan.places):
        raise DataError("; ".join(dict.fromkeys(place.reason for place in plan.places)))
    with writable_outputs({"--csv": csv_file}, {"--save-images": save_images}):
        with progress_for(plan.jobs, quiet=as_json) as events:
            result = measure_methods(plan, executor_of(catalog, jobs), events)
        if result.failed and all(entry.bad_input for entry in result.failed) and not result.measured:
            raise DataError(result.failed[0].remarks)
    if as_json:
        echo_json(result.as_objects())
    else:
        click.echo(to_text(result))
    if csv_file:  # behind the numbers, which are kept nowhere else if it can't be written after all
        write_atomically(csv_file, to_cells_csv(result))
        click.echo(f"written: {csv_file}", err=True)
    report_failures(result)
    return exit_code([result])
