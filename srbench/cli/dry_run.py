"""Output of ``--dry-run``: the state of every table cell, and the trainings that would run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.cli.output import echo_json, echo_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.slot import TableSlot

FIELDS = ("table", "row", "dataset", "scale", "metric", "state", "why")
"""Keys of ``--json`` and headers of the table."""
STATES = ("cached", "to measure", "missing")
"""Values of the field ``state``, in the order of the summary."""


def print_plans(plans: Sequence[Plan], *, as_json: bool) -> None:
    """Print every slot of the tables as cached, to measure, or missing with the reason."""
    rows = [_row(plan, place) for plan in plans for place in plan.places]
    if as_json:
        echo_json([dict(zip(FIELDS, row, strict=True)) for row in rows])
        return
    scale = FIELDS.index("scale")
    echo_table([(*row[:scale], f"x{row[scale]:g}" if row[scale] else "", *row[scale + 1 :]) for row in rows], FIELDS)
    states = [row[FIELDS.index("state")] for row in rows]
    counts = ", ".join(f"{states.count(state)} {state}" for state in STATES)
    for training in {job.key: job for plan in plans for job in plan.trainings}.values():
        click.echo(f"to train: {training.stem} ({training.phase.budget.steps} steps)")
    click.echo(f"{counts}; {sum(len(plan.jobs) for plan in plans)} passes over a dataset or a model")


def _row(plan: Plan, place: TableSlot) -> tuple[object, ...]:
    column, cached = place.column, all(cell.key in plan.cached for cell in place.wanted_cells)
    state = "missing" if not place.cells else "cached" if cached else "to measure"
    return (
        plan.table.id,
        place.row.label,
        column.dataset,
        column.scale,
        column.metric,
        state,
        place.reason or place.kept,
    )
