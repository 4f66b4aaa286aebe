"""``srbench collect``: tables from the records that are there so far."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.method_weights import WeightsChoice
from srbench.catalog import load_catalog
from srbench.cli.execution import Execution
from srbench.cli.options import (
    data_option,
    datasets_option,
    json_option,
    many,
    metrics_option,
    protocol_option,
    rows_option,
    scales_option,
    tex_style_option,
)
from srbench.cli.output import echo_json
from srbench.cli.table_run import TableRun
from srbench.cli.verbs.run import default_out, tables_of
from srbench.errors import StoreError
from srbench.records.store import Store
from srbench.specs.recipe import PROFILES
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.render.table_files import TexStyle


@click.command()
@many("--plugin", "plugin_names", required=True, help="The papers' plugins (srbench list plugins).")
@many("--table", "tables", also=("--tables",), required=True, help="Table number, several (4,5), or all.")
@rows_option
@datasets_option("Only these datasets, and patterns ('Set*'); those that the paper does not use are added.")
@scales_option("Only these scales; those that the paper does not use are added.")
@metrics_option
@click.option("--reference", is_flag=True, help="Append the rows nearest, bilinear and bicubic.")
@click.option(
    "--profile", type=click.Choice(PROFILES), default="paper", show_default=True, help="Budget of the trainings."
)
@click.option(
    "--source",
    type=click.Choice(get_args(WeightsChoice)),
    default="auto",
    show_default=True,
    help="Source of the SR images, as of srbench run.",
)
@click.option(
    "--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="Seeds 0, 1, ... N-1 to average."
)
@protocol_option
@data_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder with the records, which also receives the tables.  [default: results; for the demo profile "
    "results/demo]",
)
@tex_style_option
@json_option
def collect(
    plugin_names: tuple[str, ...],
    tables: tuple[str, ...],
    rows: tuple[str, ...],
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
    reference: bool,
    profile: str,
    source: WeightsChoice,
    seeds: int,
    protocol: str,
    data: tuple[Path, ...],
    out: Path | None,
    tex_style: TexStyle,
    as_json: bool,
) -> int:
    """Print and write tables from the records that are there so far; nothing is trained or measured.

    It may be called while srbench run works on another terminal, or on a cluster. The options that say
    what is measured are those of the run.

    \b
      srbench collect --plugin pcarn --table all
      srbench collect --plugin pcarn --table 1 --profile demo --source train --seeds 3
    """
    catalog = load_catalog()
    chosen = [(plugin, table) for plugin in map(catalog.plugin, plugin_names) for table in tables_of(plugin, tables)]
    store = Store(out or default_out(profile))
    if not store.records.is_dir():
        raise StoreError(f"{store.root}: no records there; name the --out of a run, or start with srbench run")
    options = Options(profile=profile, source=source, seeds=seeds, protocol=protocol, data=data)
    selection = Selection(rows, datasets, scales, metrics, reference=reference)
    run = TableRun(catalog, chosen, selection, options, data_roots(data), store, Execution(), tex_style, quiet=as_json)
    run.check()
    results = run.collect()
    if as_json:
        echo_json([document for result in results for document in result.as_objects()])
    return 0 if any(result.measured for result in results) else 1
