"""``srbench collect``: tables from the records that are there so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.catalog import load_catalog
from srbench.cli.execution import Execution
from srbench.cli.output import echo_json
from srbench.cli.table_run import TableRun, default_out, table_options, tables_of
from srbench.errors import StoreError, UsageError
from srbench.records.store import Store
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.resolve.method_weights import WeightsChoice
    from srbench.render.table_files import TexStyle


@click.command()
@table_options
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
    if not tables:
        raise UsageError("nothing to collect; name a --table (srbench list tables)")
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
