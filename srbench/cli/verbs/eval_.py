"""``srbench eval``: measure any methods and models on any images; no plugin is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from srbench.bench.one_off import measure_methods, plan_methods
from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.ad_hoc_methods import AdHocMethods, checkpoint_scales
from srbench.catalog import load_catalog
from srbench.cli.execution import executor_of
from srbench.cli.exit_code import exit_code, report_failures, show_traces
from srbench.cli.methods.given_methods import MethodsCommand, given_methods, parsed_methods
from srbench.cli.options import (
    alpha_option,
    data_option,
    datasets_option,
    device_option,
    ensemble_option,
    jobs_option,
    json_option,
    methods_option,
    metrics_option,
    model_arg_option,
    protocol_option,
    scales_option,
    tex_style_option,
    tile_option,
    weights_option,
)
from srbench.cli.output import echo_json
from srbench.cli.progress.measuring import progress_for
from srbench.cli.writing.output_files import writable_outputs
from srbench.errors import DataError, UsageError
from srbench.loading import load
from srbench.render.csv_tables import to_cells_csv
from srbench.render.table_files import in_tex_style
from srbench.render.terminal.result import to_text
from srbench.specs.model import Channels
from srbench.storage.atomic import write_atomically
from srbench.storage.roots import data_roots
from srbench.terminal.width import terminal_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.render.table_files import TexStyle
    from srbench.specs.extension import RendererSpec


@click.command("eval", cls=MethodsCommand)
@methods_option(
    "Methods or models of the catalog, means of methods (a+b), networks of yours, whose code is run: "
    "path/to/file.py:Class, or a function that builds one. Repeatable: all are measured."
)
@weights_option
@model_arg_option
@click.option(
    "--model-channels",
    "channels",
    type=click.Choice(get_args(Channels)),
    default="rgb",
    show_default=True,
    help="Channels of networks of yours: rgb, y (luma as in MATLAB's rgb2ycbcr) or y-full (luma as in JPEG); chroma is "
    "interpolated.",
)
@datasets_option(required=True)
@scales_option("Scales, e.g. 2,3,4. Default: that of a checkpoint whose network is found in it.")
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
@click.option(
    "--out",
    "tables",
    type=click.Path(path_type=Path),
    multiple=True,
    help="File that receives the table, in the format of its suffix: .md, .tex, .csv, .cells.csv. Repeatable.",
)
@tex_style_option
@json_option
@click.pass_context
def evaluate(
    ctx: click.Context,
    methods: tuple[str, ...],
    weights: tuple[Path, ...],
    arguments: tuple[str, ...],
    channels: Channels,
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
    tables: tuple[Path, ...],
    tex_style: TexStyle,
    as_json: bool,
) -> int:
    """Measure any methods and models on any images, in one table.

    --method file.py:Class runs the code of that file. --weights and --model-arg belong to the --method before them;
    where no --method is named, a plugin (srbench-spandrel, srbench-onnx) finds the network in the checkpoint.
    Nothing is cached. Metrics default to psnr,ssim, and the protocol to `standard`.

    \b
      srbench eval --method imdn,carn-m --datasets Set5,Set14 --scales 2,3,4
      srbench eval --method my_net.py:Net --weights net.pth --method imdn --datasets ~/photos --scales 4 --out own.md
      srbench eval --weights model.pth --datasets Set5
    """
    del methods, weights, arguments  # `given_methods` reads them in the order of the command line
    catalog = load_catalog()
    roots = data_roots(data)
    given = given_methods(ctx)
    if not given:
        raise UsageError(
            "nothing to measure; name a --method (srbench list methods), path/to/file.py:Class, or --weights FILE"
        )
    parsed = parsed_methods(catalog, given, ensemble=ensemble, alpha=alpha, channels=channels)
    scales = scales or checkpoint_scales(*parsed)
    renderers = {path: _renderer(in_tex_style(catalog.renderers, tex_style), path) for path in tables}
    selection = Selection(datasets=datasets, scales=scales, metrics=metrics or ("psnr", "ssim"))
    protocol = protocol or catalog.protocol_in_force()
    options = Options(protocol=protocol, device=device, tile=tile, save_images=save_images)
    title = f"srbench eval --method {','.join(method.name for method in parsed)}"
    plan = plan_methods(AdHocMethods.of(catalog, parsed), title, selection, options, roots)
    files = [("--csv", csv_file), *(("--out", path) for path in tables)]
    with writable_outputs(files, {"--save-images": save_images}):
        with progress_for(plan.jobs, quiet=as_json) as events:
            result = measure_methods(plan, executor_of(catalog, jobs), events)
        if result.failed and all(entry.bad_input for entry in result.failed) and not result.measured:
            show_traces(result)
            raise DataError(result.failed[0].remarks)
    if as_json:
        echo_json(result.as_objects())
    else:
        click.echo(to_text(result, terminal_width()))
    report_failures(result)
    # behind the numbers, which are kept nowhere else if a file can't be written after all
    if csv_file:
        write_atomically(csv_file, to_cells_csv(result))
        click.echo(f"written: {csv_file}", err=True)
    for path, renderer in renderers.items():
        write_atomically(path, load(renderer.render)(result))
        click.echo(f"written: {path}", err=True)
    return exit_code([result])


def _renderer(renderers: Sequence[RendererSpec], path: Path) -> RendererSpec:
    """Return the format whose suffix `path` has, the longest such suffix."""
    fitting = [spec for spec in renderers if path.name.endswith(spec.suffix)]
    if not fitting:
        suffixes = ", ".join(spec.suffix for spec in renderers)
        raise UsageError(f"--out {path}: no format of tables has this suffix; choose from {suffixes}")
    return max(fitting, key=lambda spec: len(spec.suffix))
