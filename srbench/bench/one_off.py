"""Measurement of methods named on the command line, as a table that is not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.planning.plan import Plan, make_plan
from srbench.bench.planning.selection import Selection, select
from srbench.bench.run import run_plans
from srbench.errors import DataError
from srbench.specs.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from srbench.bench.events import RunEvents
    from srbench.bench.planning.options import Options
    from srbench.bench.resolve.ad_hoc_methods import AdHocMethods
    from srbench.bench.results.table_result import Result
    from srbench.execution.executor import Executor
    from srbench.records.record import Record


def plan_methods(
    methods: AdHocMethods, title: str, selection: Selection, options: Options, roots: Sequence[Path]
) -> Plan:
    """Return the plan of a table with one row for each method.

    Args:
        methods: The methods to measure.
        title: Title of the table.
        selection: Datasets, scales and metrics of the table.
        options: Settings of the measurement.
        roots: Folders where data and weights are searched.

    Raises:
        DataError: if nothing can be measured; the message has the reasons.
        SrbenchError: as `srbench.bench.planning.plan.make_plan`.
    """
    rows = tuple(Row(name, method=name) for name in methods.names)
    empty = Table("", title, rows, (), row_axes=("row", "dataset", "scale"), column_axes=("metric",))
    table = select(empty, selection, methods.catalog)
    plan = make_plan(methods.catalog, None, table, Selection(), options, roots, None, methods.resolved)
    if all(slot.reason for slot in plan.slots):
        raise DataError("; ".join(dict.fromkeys(slot.reason for slot in plan.slots)))
    return plan


def measure_methods(
    plan: Plan, executor: Executor, events: RunEvents, observe: Callable[[Record], object] = lambda _record: None
) -> Result:
    """Measure a plan that `plan_methods` returned, and return its table.

    Args:
        plan: The plan.
        executor: Executor of the tasks.
        events: Receiver of progress.
        observe: Function called with each record.
    """
    return run_plans([plan], executor, events, None, observe)[0]
