"""Output of ``--dry-run``: a summary, or with ``--verbose`` or ``--json`` the state of every table cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.cli.dry_run.costs import download_lines, time_lines
from srbench.cli.dry_run.summary import STATES, state_of, summary_lines
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.cli.process.flags import VERBOSE, given
from srbench.cli.process.pager import paged
from srbench.terminal.width import terminal_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.slot import TableSlot
    from srbench.catalog import Catalog
    from srbench.records.store import Store

FIELDS = ("plugin", "table", "row", "dataset", "scale", "metric", "state", "why")
"""Keys of ``--json`` and headers of the table of cells."""


def print_plans(plans: Sequence[Plan], catalog: Catalog, store: Store, *, as_json: bool) -> None:
    """Print what a run would take from records, measure and train, and what is missing for the rest.

    Args:
        plans: The plans.
        catalog: The catalog, with the addresses of what can be downloaded.
        store: Store of the records, which tell how long a pass takes.
        as_json: Whether to print each cell as JSON.
    """
    if as_json:
        rows = [_row(plan, slot) for plan in plans for slot in plan.slots]
        echo_json([dict(zip(FIELDS, row, strict=True)) for row in rows])
        return
    costs = [*time_lines(plans, store), *download_lines(plans, catalog)]
    if not given(VERBOSE):
        click.echo("\n".join(summary_lines(plans, costs, terminal_width())))
        return
    with paged():
        print_cells(plans)
        for line in costs:
            echo_text(line)


def print_cells(plans: Sequence[Plan]) -> None:
    """Print the state of every cell, and how many are in each; of several plugins, with the plugin."""
    rows = [_row(plan, slot) for plan in plans for slot in plan.slots]
    scale = FIELDS.index("scale")
    shown = [(*row[:scale], f"x{row[scale]:g}" if row[scale] else "", *row[scale + 1 :]) for row in rows]
    first = 0 if len({row[0] for row in rows}) > 1 else 1
    echo_table([row[first:] for row in shown], FIELDS[first:])
    states = [row[FIELDS.index("state")] for row in rows]
    click.echo(", ".join(f"{states.count(state)} {state}" for state in STATES))


def _row(plan: Plan, slot: TableSlot) -> tuple[object, ...]:
    column = slot.column
    return (
        plan.plugin.name if plan.plugin else "",
        plan.table.id,
        slot.row.label,
        column.dataset,
        column.scale,
        column.metric,
        state_of(plan, slot),
        slot.reason or slot.kept,
    )
