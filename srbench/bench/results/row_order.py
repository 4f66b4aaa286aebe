"""Whether the rows of a table come out in the order that the paper prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.metric import MetricSpec
    from srbench.specs.table import Column

FEWEST = 3
"""Two rows have two orders; nothing can be learnt from agreeing with one."""


@dataclass(frozen=True)
class RowOrder:
    """One column's measured numbers against the printed ones, by rank."""

    column: Column
    metric: MetricSpec
    rows: int
    reduced: bool
    """The measured networks are reduced ones."""
    tau: float
    """Kendall's tau-b: 1 the printed order, 0 none of it, -1 the reverse."""
    p: float
    """Of no association, two-sided."""


def row_orders(result: Result) -> list[RowOrder]:
    """For each column about images, the order of the rows that were trained here.

    A reduced row stands for the paper's row that it asks the question of. Columns where the printed numbers are all
    equal have no order.
    """
    found = []
    for reduced in (False, True):
        for column in dict.fromkeys(entry.column for entry in result.entries if entry.column.dataset):
            pairs = _pairs(result, column, reduced=reduced)
            if len(pairs) >= FEWEST and (order := _order(column, pairs, reduced=reduced)):
                found.append(order)
    return found


def _pairs(result: Result, column: Column, *, reduced: bool) -> list[tuple[TableEntry, float, float]]:
    """(entry, measured, printed) of each row."""
    pairs = []
    for entry in result.entries:
        if entry.column != column or entry.measured is None or bool(entry.row.reduced) != reduced or not entry.trained:
            continue
        printed = result.printed(entry.row.reduced or entry.row.label, column)
        if printed is not None:
            pairs.append((entry, entry.measured, printed))
    return pairs


def _order(column: Column, pairs: list[tuple[TableEntry, float, float]], *, reduced: bool) -> RowOrder | None:
    from scipy.stats import kendalltau

    metric = pairs[0][0].metric
    found = kendalltau([measured for _, measured, _ in pairs], [printed for _, _, printed in pairs])
    if metric is None or found.statistic != found.statistic:
        return None
    return RowOrder(column, metric, len(pairs), reduced, float(found.statistic), float(found.pvalue))
