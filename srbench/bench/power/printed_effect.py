"""Effect that a paper prints for a claim."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.results.table_result import Result
    from srbench.specs.metric import MetricSpec
    from srbench.specs.table import Claim, Column


@dataclass(frozen=True)
class PrintedEffect:
    """Difference of the printed values of a claim's two sides."""

    difference: float
    """Row claimed to be better minus the other, as in `srbench.bench.results.claims.ClaimAnswer.test`."""
    gain: float
    """Difference in favour of the claim: positive if the printed numbers support it."""
    elsewhere: str = ""
    """Datasets that the numbers are printed for, if these are not the claim's own."""


def printed_effect(result: Result, claim: Claim, metric: MetricSpec) -> PrintedEffect | None:
    """Return the effect that a table prints for a claim; None if it prints none.

    If the claim's own column is not printed, the mean over the printed datasets of the same metric and scale stands in.

    Args:
        result: The table.
        claim: One of its claims.
        metric: Metric of the claim.
    """
    sign = 1 if metric.better == "higher" else -1
    difference = _difference(result, claim, claim.column)
    if difference is not None:
        return PrintedEffect(difference, sign * difference)
    place = claim.column.metric, claim.column.scale
    columns = dict.fromkeys(column for column in result.table.columns if (column.metric, column.scale) == place)
    others = {
        column.dataset: effect for column in columns if (effect := _difference(result, claim, column)) is not None
    }
    if not others:
        return None
    mean = fmean(others.values())
    return PrintedEffect(mean, sign * mean, ", ".join(others))


def _difference(result: Result, claim: Claim, column: Column) -> float | None:
    """Return the printed difference of a claim's two sides in a column; None if a value is not printed."""
    better = _side(result, claim.better, claim.better_over, column)
    worse = _side(result, claim.worse, claim.worse_over, column)
    return None if better is None or worse is None else better - worse


def _side(result: Result, label: str, over: Sequence[str], column: Column) -> float | None:
    """Return the printed value of a row minus the mean of the rows `over`; None if a value is not printed."""
    value = result.printed(label, column)
    baselines = [printed for row in over if (printed := result.printed(row, column)) is not None]
    if value is None or len(baselines) < len(over):
        return None
    return value - (fmean(baselines) if baselines else 0)
