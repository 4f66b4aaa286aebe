"""``srbench run``: a paper's table again, measured beside published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.bench.plan import Options, Plan, make_plan
from srbench.bench.run import run_plan
from srbench.bench.selection import DEMO, Selection
from srbench.bench.store import Store
from srbench.catalog import Catalog, Plugin, load_catalog
from srbench.cli.finish import exit_code, report_failures
from srbench.cli.options import (
    Names,
    Scales,
    data_option,
    device_option,
    jobs_option,
    json_option,
    many,
    metrics_option,
    protocol_option,
    tile_option,
)
from srbench.cli.output import echo_json
from srbench.cli.plans import print_plans
from srbench.cli.progress import progress_for
from srbench.data.roots import data_roots
from srbench.execution import Local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.result import Result
    from srbench.specs import Table

PROFILES = (DEMO, "paper")


@click.command()
@click.option("--plugin", "plugin_name", required=True, help="The paper's plugin (srbench list plugins).")
@click.option("--table", "tables", type=Names(), required=True, help="Table number, several (4,5), or all.")
@many("--rows", kind=Names(), help="Only these rows.")
@many("--datasets", kind=Names(), help="Only these datasets; others than the paper's, and folders, are added.")
@many("--scales", kind=Scales(), help="Only these scales; others than the paper's are added.")
@metrics_option
@click.option("--reference", is_flag=True, help="Append the rows nearest, bilinear and bicubic.")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="paper",
    show_default=True,
    help="demo: photographs that ship with srbench's dependencies, no data needed, not comparable with the paper.",
)
@protocol_option
@device_option
@jobs_option
@tile_option
@data_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder for tables and records.  [default: results, for the demo results/demo]",
)
@click.option(
    "--save-images", type=click.Path(path_type=Path), default=None, help="Folder that receives the SR images."
)
@click.option(
    "--dry-run", is_flag=True, help="Print what is cached, what would be measured and what is missing, and stop."
)
@json_option
def run(
    plugin_name: str,
    tables: tuple[str, ...],
    rows: tuple[str, ...],
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
    reference: bool,
    profile: str,
    protocol: str,
    device: str,
    jobs: int,
    tile: int | None,
    data: tuple[Path, ...],
    out: Path | None,
    save_images: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Measure a table of a paper and print it again: measured beside published, with a verdict.

    What is measured already is taken from the records under --out; a run that was stopped goes on where it was.

    \b
      srbench run --plugin pcarn --table 4 --profile demo
      srbench run --plugin pcarn --table 4 --rows PCARN-M --datasets Set5,Set14 --metrics psnr,ssim
    """
    catalog = load_catalog()
    plugin = catalog.plugin(plugin_name)
    wanted = Selection(rows, datasets, scales, metrics, reference=reference)
    options = Options(profile, protocol, device, tile, data, save_images)
    store = Store(out or (Path("results") / DEMO if profile == DEMO else Path("results")))
    roots = data_roots(data)

    def plan(table: Table) -> Plan:
        return make_plan(catalog, plugin, table, wanted, options, roots, store)

    if dry_run:
        print_plans([plan(table) for table in _tables(plugin, tables)], as_json=as_json)
        return 0
    store.prepare()
    # planned one by one: what one table measures, the next finds in the store
    results = [_run(plan(table), catalog, store, jobs, quiet=as_json) for table in _tables(plugin, tables)]
    if as_json:
        echo_json([one for result in results for one in result.as_objects()])
    return exit_code(results)


def _tables(plugin: Plugin, wanted: Sequence[str]) -> list[Table]:
    ids = list(plugin.tables) if tuple(wanted) == ("all",) else wanted
    return [plugin.table(one) for one in ids]


def _run(plan: Plan, catalog: Catalog, store: Store, jobs: int, *, quiet: bool) -> Result:
    from srbench.render.files import write_files
    from srbench.render.markdown import to_text

    with progress_for(plan.jobs, quiet=quiet) as events:
        result = run_plan(plan, Local(jobs), events, store, catalog.cell_finished)
    paths = write_files(result, store.root)
    if not quiet:
        click.echo(to_text(result))
        click.echo(f"written: {', '.join(str(path) for path in paths)}")
    report_failures(result)
    return result
