"""``srbench collect``: tables from the records that are there so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.catalog import load_catalog
from srbench.cli.execution import Execution
from srbench.cli.output import echo_json
from srbench.cli.tables.request import table_options
from srbench.cli.tables.run import TableRun
from srbench.errors import StoreError, UsageError
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.cli.tables.request import TableRequest


@click.command()
@table_options
def collect(request: TableRequest) -> int:
    """Print and write tables from the records that are there so far; nothing is trained or measured.

    It may be called while srbench run works on another terminal, or on a cluster. The options that say
    what is measured are those of the run.

    \b
      srbench collect --plugin pcarn --table all
      srbench collect --plugin pcarn --table 1 --profile demo --source train --seeds 3
    """
    if not request.tables:
        raise UsageError("nothing to collect; name a --table (srbench list tables)")
    catalog = load_catalog()
    tables = request.tables_of(map(catalog.plugin, request.plugin_names))
    store = request.store
    if not store.records.is_dir():
        raise StoreError(f"{store.root}: no records there; name the --out of a run, or start with srbench run")
    run = TableRun(
        catalog,
        tables,
        request.selection,
        request.options(),
        data_roots(request.data),
        store,
        Execution(),
        request.tex_style,
        quiet=request.as_json,
    )
    run.check()
    results = run.collect()
    if request.as_json:
        echo_json([document for result in results for document in result.as_objects()])
    return 0 if any(result.measured for result in results) else 1
