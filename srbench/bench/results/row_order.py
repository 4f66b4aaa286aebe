"""Rank correlation between the measured and the published order of a table's rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.stats.rank_correlation import chance, tau_b, tau_interval

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.metric import MetricSpec
    from srbench.specs.table import Column

FEWEST = 3
"""Minimum number of rows: two rows have only two orders, so agreement with one of them says little."""


@dataclass(frozen=True)
class RowOrder:
    """Rank correlation of the measured with the published values of one column."""

    column: Column
    metric: MetricSpec
    rows: int
    """Number of rows."""
    reduced: bool
    """True if the measured networks are reduced ones."""
    tau: float
    """Kendall's tau-b: 1 for the published order, 0 for no association, -1 for the reverse order."""
    interval: tuple[float, float] | None
    """95 % bootstrap interval of `tau` over images and seeds; None where the rows' images are not known or differ."""
    chance: float
    """Share of random orders of the rows with a tau at least as high: its chance level."""


def row_orders(result: Result) -> list[RowOrder]:
    """Return the rank correlations of the rows trained here, for each column with an image metric.

    A reduced row replaces the row of the paper that it is a reduced version of. Columns whose published or measured
    values are all equal have no order and are left out.
    """
    orders = []
    for reduced in (False, True):
        for column, pairs in _pairs(result, reduced=reduced).items():
            if len(pairs) >= FEWEST and (order := _order(column, pairs, reduced=reduced)):
                orders.append(order)
    return orders


def _pairs(result: Result, *, reduced: bool) -> dict[Column, list[tuple[TableEntry, float, float]]]:
    """Return (entry, measured value, published value) by column, for each row trained here that has both values."""
    pairs: dict[Column, list[tuple[TableEntry, float, float]]] = {}
    for entry in result.entries:
        if not entry.column.dataset:
            continue
        column_pairs = pairs.setdefault(entry.column, [])
        if entry.measured is None or bool(entry.row.reduced) != reduced or not entry.trained:
            continue
        printed = result.printed(entry.row.reduced or entry.row.label, entry.column)
        if printed is not None:
            column_pairs.append((entry, entry.measured, printed))
    return pairs


def _order(column: Column, pairs: list[tuple[TableEntry, float, float]], *, reduced: bool) -> RowOrder | None:
    """Return the rank correlation of a column's (entry, measured value, published value); None if it has no order."""
    import numpy as np

    metric = pairs[0][0].metric
    measured, printed = [value for _, value, _ in pairs], [value for _, _, value in pairs]
    tau = float(tau_b(np.asarray(measured), np.asarray(printed)))
    if metric is None or math.isnan(tau):  # all values of one side are equal
        return None
    entries = [entry for entry, _, _ in pairs]
    same_images = all(entry.images_by_seed and entry.images.keys() == entries[0].images.keys() for entry in entries)
    values = [_values_in_order(entry, entries[0]) for entry in entries] if same_images else []
    interval = tau_interval(values, printed) if same_images else None
    return RowOrder(column, metric, len(pairs), reduced, tau, interval, chance(measured, printed))


def _values_in_order(entry: TableEntry, first: TableEntry) -> list[list[float]]:
    """Return the values of `entry` by seed, its images in the order of those of `first`."""
    indices = [list(entry.images).index(name) for name in first.images]
    return [[values[index] for index in indices] for values in entry.images_by_seed]
