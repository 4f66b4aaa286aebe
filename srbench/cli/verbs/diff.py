"""``srbench diff``: which numbers and verdicts of two results differ, by how much, and what else differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.catalog import Catalog, load_catalog
from srbench.cli.options import NumberRange, json_option, many
from srbench.cli.output import echo_json
from srbench.cli.process.pager import paged
from srbench.comparison.cell_records import CellRecords
from srbench.comparison.difference import compare
from srbench.comparison.sides import open_sides
from srbench.comparison.text import to_document, to_text
from srbench.escape import visible
from srbench.terminal.counted import counted
from srbench.terminal.width import terminal_width

if TYPE_CHECKING:
    from srbench.comparison.table_cells import Place


@click.command()
@click.argument("a")
@click.argument("b")
@many("--plugin", "plugins", also=("--plugins",), help="Only tables of these plugins.")
@many("--table", "tables", also=("--tables",), help="Only tables of these numbers.")
@click.option(
    "--tolerance",
    type=NumberRange(min=0, max=1),
    default=0.0,
    show_default=True,
    help="Largest relative change of a number that counts as none, e.g. 1e-6 for results of two machines.",
)
@json_option
def diff(a: str, b: str, plugins: tuple[str, ...], tables: tuple[str, ...], tolerance: float, as_json: bool) -> int:
    """Compare the tables of two results folders or git revisions.

    Printed are the cells in which B differs from A, by how much, their verdicts before and after, and what else differs
    according to the records: weights, data, protocol, budget, seeds, versions, device. A and B are results folders, git
    revisions of one (HEAD~3:results), or one of each (HEAD~3 is the folder B at that revision).

    \b
      srbench diff results ../other/results
      srbench diff HEAD~3 results
      srbench diff v1.0:results v2.0:results --plugin pcarn --table 4 --json

    Verdicts from best to worst: reproduced; reproduced by an inferred rule or another convention; not comparable (other
    protocol, data, weights or device, cut budget, demo data, no published value); differs; not measured; failed. A cell
    that is no longer measured, or no longer there, is worse. Unfinished tables (@partial) are left out.

    Exit codes: 0: no verdict is worse; 1: a verdict is worse; 2: wrong input.
    """
    catalog = load_catalog()
    with open_sides(a, b) as sides:
        before, after = (CellRecords(side, lambda place: _methods(catalog, place)) for side in sides)
        difference = compare(before, after, plugins, tables, tolerance)
        for records in (before, after):
            if difference.changes and (unread := records.damaged):
                problem = (
                    f"{records.side.name}: {counted(len(unread), 'record')} can't be read, so they explain nothing"
                )
                click.echo(visible(f"warning: {problem}; the first: {unread[0]}"), err=True)
    if as_json:
        echo_json(to_document(difference, a, b))
    else:
        with paged():
            click.echo(to_text(difference, terminal_width(), lambda metric: _decimals(catalog, metric)))
    return 1 if difference.worse else 0


def _methods(catalog: Catalog, place: Place) -> set[str]:
    """Return the names of the methods that the row of a place may stand for; none if its plugin is not installed."""
    plugin = catalog.plugins.get(place.plugin)
    table = plugin.tables.get(place.table) if plugin and plugin.ok else None
    names = {row.method for row in table.rows if row.label == place.row} if table else set()
    return {catalog.methods.get(name).name for name in names if name in catalog.methods} | names


def _decimals(catalog: Catalog, metric: str) -> int | None:
    return catalog.metrics.get(metric).decimals if metric in catalog.metrics else None
