"""Ranks beside numbers: those that a paper prints, and the one that a number measured here would have among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.published import read_published

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result, TableEntry

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def superscript(rank: str) -> str:
    """``¹²`` for ``12``: as papers print a rank, and readable in a terminal too."""
    return rank.translate(RAISED)


def own_rank(result: Result, entry: TableEntry | None) -> str:
    """The rank that a reference row's number would have among the ranked ones of its column and its row's group.

    Equal numbers share the better rank. Empty where the row is the paper's own or a reduced one, where nothing is
    measured, and where the paper ranks nothing there.
    """
    table = result.table
    if (
        entry is None
        or entry.measured is None
        or entry.metric is None
        or not entry.row.reference
        or not table.published
    ):
        return ""
    published = read_published(table.published, table.id)
    fellows = [published.get(row.label, entry.column) for row in table.rows if row.group == entry.row.group]
    ranked = [one.value for one in fellows if one and one.rank]
    if not ranked:
        return ""
    sign = 1 if entry.metric.better == "higher" else -1
    return str(1 + sum(sign * value > sign * entry.measured for value in ranked))
