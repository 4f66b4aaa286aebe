"""Ranks beside numbers: the published ranks, and the rank that a measured number would have among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result, TableEntry

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def superscript(rank: str) -> str:
    """Return `rank` in superscript digits, as papers print it: ``¹²`` for ``12``."""
    return rank.translate(RAISED)


def reference_rank(result: Result, entry: TableEntry | None) -> str:
    """Return the rank of a reference row's measured number among the ranked rows of its column and group.

    Equal numbers share the better rank. The rank is empty for rows of the paper and reduced rows, if nothing is
    measured, and if the paper does not rank that column and group.
    """
    if entry is None or entry.measured is None or entry.metric is None or not entry.row.reference:
        return ""
    ranked = result.ranked.get((entry.row.group, entry.column), ())
    if not ranked:
        return ""
    sign = 1 if entry.metric.better == "higher" else -1
    return str(1 + sum(sign * value > sign * entry.measured for value in ranked))
