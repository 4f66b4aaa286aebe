"""``srbench show``: print a paper's tables as published, or one fact as all papers print it and as measured here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.facts import FactFilter, gather_facts
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.cells_file import read_cells
from srbench.bench.results.gather import gather
from srbench.catalog import Catalog, load_catalog
from srbench.cli.options import (
    data_option,
    json_option,
    many,
    metrics_option,
    out_option,
    scales_option,
    split_datasets,
    whole,
)
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.cli.process.pager import paged
from srbench.errors import UsageError
from srbench.escape import visible
from srbench.published import published_table
from srbench.storage.roots import data_roots
from srbench.terminal.width import terminal_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.bench.planning.slot import TableSlot
    from srbench.registry import Plugin
    from srbench.specs.table import Table


NO_FACT = "none: no paper prints such a number"


@click.command()
@click.argument("plugin_name", metavar="[PLUGIN]", default="")
@many(
    "--table",
    "table_ids",
    also=("--tables",),
    help="Table number, several (1,2), or all; without it, the plugin's tables are listed.",
)
@click.option("--plugin", "of_plugin", default="", help="Only facts that this plugin's paper prints; same as PLUGIN.")
@many(
    "--method",
    "methods",
    also=("--methods", "--model", "--row", "--rows"),
    split=whole,
    help="Only these methods: names of rows or methods, in any case, and patterns ('VDSR*').",
)
@many("--datasets", "datasets", also=("--dataset",), split=split_datasets, help="Only these datasets.")
@scales_option("Only these scales.")
@metrics_option
@data_option
@out_option("Folder with the tables measured here.")
@json_option
def show(
    plugin_name: str,
    table_ids: tuple[str, ...],
    of_plugin: str,
    methods: tuple[str, ...],
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
    data: tuple[Path, ...],
    out: Path,
    as_json: bool,
) -> None:
    """Print a paper's table as published, the rows that can be measured here, and what is missing for the others.

    With --method, --datasets, --scales or --metrics: what every paper prints for the same method, dataset, scale and
    metric, side by side with what was measured here; numbers that contradict each other are marked.

    \b
      srbench show pcarn --table 4
      srbench show --datasets Set5 --scales 2 --metrics psnr
      srbench show --method VDSR
    """
    catalog = load_catalog()
    name = _the_plugin(plugin_name, of_plugin)
    if methods or datasets or scales or metrics:
        if table_ids and not name:
            raise UsageError(f"--table {table_ids[0]}: no paper is named; name its PLUGIN too")
        if len(table_ids) > 1:
            raise UsageError(f"--table {','.join(table_ids)}: facts are shown of one table or of all; name one of them")
        of_table = catalog.plugin(name).table(table_ids[0]).id if table_ids else ""
        fact_filter = FactFilter(
            methods, datasets, scales, metrics, catalog.plugin(name).name if name else "", of_table
        )
        _print_facts(catalog, fact_filter, out, as_json=as_json)
        return
    if not name:
        raise UsageError("nothing to show; name a PLUGIN (srbench list plugins), or --method, --datasets, --metrics")
    plugin = catalog.plugin(name)
    named = () if table_ids == ("all",) else table_ids
    tables = [plugin.table(table_id) for table_id in named] or list(plugin.tables.values())
    if as_json:
        echo_json([line for table in tables for line in _published_lines(plugin, table)])
    elif table_ids and tables:
        with paged():
            for number, shown in enumerate(tables):
                click.echo("\n" * bool(number), nl=False)
                _print_table(catalog, plugin, shown, data, out)
    else:
        echo_table([_overview(table) for table in tables], ("table", "rows", "columns", "published values", "title"))
        if tables:
            echo_text(f"srbench show {plugin.name} --table N prints one of them")


def _the_plugin(argument: str, option: str) -> str:
    """Return the plugin that the command names, as an argument or by ``--plugin``; empty if it names none."""
    if argument and option and argument != option:
        raise UsageError(f"PLUGIN is {argument} and --plugin is {option}; name one of them")
    return argument or option


def _print_facts(catalog: Catalog, fact_filter: FactFilter, out: Path, *, as_json: bool) -> None:
    from srbench.render.terminal.facts import fact_object, facts_text

    facts = gather_facts(catalog, fact_filter, out)
    if as_json:
        echo_json([fact_object(fact) for fact in facts])
    else:
        with paged():
            click.echo(facts_text(facts, catalog.metrics, terminal_width()) if facts else NO_FACT)


def _overview(table: Table) -> tuple[object, ...]:
    values = published_table(table.published, table.id).values
    return table.id, len(table.rows), len(table.columns), len(values), table.title


def _published_lines(plugin: Plugin, table: Table) -> Iterable[dict[str, Any]]:
    for (row, column), published in published_table(table.published, table.id).values.items():
        yield {
            "plugin": plugin.name,
            "table": table.id,
            "row": row,
            "dataset": column.dataset,
            "scale": column.scale,
            "metric": column.metric,
            "value": published.value,
            "std": float(published.std) if published.std else None,
            "rank": published.rank or None,
        }


def _print_table(catalog: Catalog, plugin: Plugin, table: Table, data: tuple[Path, ...], out: Path) -> None:
    from srbench.render.grid import lay_out
    from srbench.render.numbers import published_text
    from srbench.render.remarks import heading
    from srbench.render.terminal.result import grid_text

    measured = Counter(label for label, _ in read_cells(out, plugin.name, table.id))
    roots = data_roots(data)
    plan = make_plan(catalog, plugin, table, Selection(), Options(), roots, None, hash_files=False, measures=False)
    result = gather(plan, {})
    grid = lay_out(result)
    echo_text(visible(heading(result)))
    click.echo(grid_text(grid, lambda entry: published_text(entry) if entry else "", terminal_width()))
    click.echo("\nHere:")
    slots_by_row: dict[str, list[TableSlot]] = {row.label: [] for row in table.rows}
    for slot in plan.slots:
        slots_by_row[slot.row.label].append(slot)
    runs = [
        (label, f"{measured[label]} of {len(slots)}" if measured[label] else "–", *_runs(slots))
        for label, slots in slots_by_row.items()
    ]
    echo_table(runs, ("row", f"numbers in {out}", "can be measured", "missing"))
    for note in table.notes:
        echo_text(f"- {visible(note)}")


def _runs(slots: Sequence[TableSlot]) -> tuple[str, str]:
    runnable = [slot for slot in slots if slot.cell]
    reasons = dict.fromkeys(slot.reason for slot in slots if slot.reason)
    return f"{len(runnable)} of {len(slots)}: {_metrics(runnable)}" if runnable else "no", "; ".join(reasons)


def _metrics(slots: Iterable[TableSlot]) -> str:
    return ", ".join(dict.fromkeys(slot.column.metric for slot in slots))
