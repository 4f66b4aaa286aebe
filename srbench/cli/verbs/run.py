"""``srbench run``: reproduce tables and figures of a paper, with measured beside published values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from srbench.catalog import load_catalog
from srbench.cli.dry_run.plans import print_plans
from srbench.cli.execution import KNOWN, Execution, ExecutorCommand, execution_options, given_options
from srbench.cli.exit_code import exit_code, report_strict
from srbench.cli.options import device_option, many, tile_option
from srbench.cli.output import echo_json
from srbench.cli.tables.request import table_options
from srbench.cli.tables.run import TableRun
from srbench.cli.verbs.run_figures import FigureRun, figure_formats, wanted_figures
from srbench.cli.writing.output_files import writable_outputs
from srbench.errors import UsageError
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.cli.tables.request import TableRequest


@click.command(cls=ExecutorCommand)
@table_options
@many("--figure", "figures", also=("--figures",), help="Figure number, several (6,8), or all; figures are drawn whole.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="png,pdf,svg",
    help="File formats of figures' pictures.  [default: png]",
)
@click.option(
    "--redraw",
    is_flag=True,
    help="Draw pictures again from the numbers and crops of figures in --out; nothing is measured or trained.",
)
@device_option
@execution_options
@tile_option
@click.option(
    "--save-images", type=click.Path(path_type=Path), default=None, help="Folder that receives the SR images."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print what is cached, what would be measured, how long that takes and what is missing, and stop; with "
    "--verbose each cell.",
)
@click.option(
    "--strict", is_flag=True, help="Exit with 1 if a wanted cell of a table is not measured, or differs from print."
)
def run(
    request: TableRequest,
    figures: tuple[str, ...],
    formats: tuple[str, ...],
    redraw: bool,
    device: str,
    jobs: int,
    executor_name: str,
    threads: int | None,
    devices: tuple[str, ...],
    retries: int,
    tile: int | None,
    save_images: Path | None,
    dry_run: bool,
    strict: bool,
) -> int:
    """Measure a table of a paper and print measured beside published values, with a verdict; or draw a figure.

    Cells that are measured already are taken from the records under --out; so an interrupted run continues. Tables of
    several papers are planned together, and what they share is trained and measured once.

    \b
      srbench run --plugin pcarn --table 4 --profile demo
      srbench run --plugin pcarn --table 4 --rows PCARN-M --datasets Set5,Set14 --metrics psnr,ssim
      srbench run --plugin pcarn,esrgan-gan --table all --jobs 2
      srbench run --plugin pcarn --figure 8
      srbench run --plugin pcarn --figure 6,8 --redraw --format pdf,svg
    """
    if not request.tables and not figures:
        raise UsageError("nothing to run; name a --table or a --figure (srbench list tables, srbench list figures)")
    if (formats or redraw) and not figures:
        raise UsageError("--format and --redraw are for figures; name a --figure (srbench list figures)")
    given_jobs = click.get_current_context().get_parameter_source("jobs") is ParameterSource.COMMANDLINE
    if given_jobs and executor_name in KNOWN:
        raise UsageError(f"--jobs: for --executor local; {KNOWN[executor_name]}")
    picture_formats = figure_formats(formats)
    catalog = load_catalog()
    plugins = [catalog.plugin(name) for name in request.plugin_names]
    options = request.options(device=device, tile=tile, save_images=save_images)
    if devices and device not in {"auto", "cuda"}:  # each worker sees one GPU, which is cuda:0 there
        raise UsageError(f"--device {device}: with --devices each task runs on one of those GPUs; leave out --device")
    store, roots, as_json = request.store, data_roots(request.data), request.as_json
    execution = Execution(jobs, executor_name, threads or 0, devices, retries, given_options())
    tables = request.tables_of(plugins)
    table_run = TableRun(
        catalog, tables, request.selection, options, roots, store, execution, request.tex_style, as_json
    )
    drawings = [
        (
            FigureRun(catalog, plugin, options, roots, store, execution, as_json, picture_formats, redraw),
            wanted_figures(plugin, figures),
        )
        for plugin in plugins
    ]
    if dry_run:
        execution.check(catalog)
        store.warn_of_older()
        plans = [*table_run.plans(), *(drawing.plan(figure) for drawing, wanted in drawings for figure in wanted)]
        print_plans(plans, catalog, store, as_json=as_json)
        return 0
    table_run.check()
    with writable_outputs((), {"--save-images": save_images}):
        results = table_run.run()
        store.prepare()
        drawn = [document for drawing, wanted in drawings for document in drawing.draw(wanted)]
    if as_json:
        echo_json([*(document for result in results for document in result.as_objects()), *drawn])
    if strict:
        for result in results:
            report_strict(result)
    measured = exit_code(results, strict=strict)
    return max(measured, *(max(drawing.code, exit_code(drawing.results)) for drawing, _ in drawings))
