"""The best and the second best measured number of each column, among rows that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.results.run_options import PAPER
from srbench.bench.results.verdict import Verdict
from srbench.render.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.table import Column

INCOMPARABLE = {Verdict.CUT_BUDGET, Verdict.OTHER_PROTOCOL, Verdict.OTHER_DATA, Verdict.OTHER_WEIGHTS}
"""Verdicts on numbers that do not compete: other budgets, rules, images or weights than the paper's."""


@dataclass(frozen=True)
class Best:
    """The two best measured numbers by column, the best first; columns that show one number throughout have none.

    Numbers that look alike in the digits of a table share a rank.
    """

    values: Mapping[Column, tuple[str, ...]]
    rivals: Mapping[Column, frozenset[str]]
    """Labels of the rows that compete in a column."""
    rule: str
    """Which rows compete, for a reader; empty if no column has a best number."""

    @classmethod
    def of(cls, result: Result) -> Best:
        """Compare the measured numbers of each column of `result`; printed numbers do not compete.

        Rows compete whose number is printed and was measured by the table's protocol, with the paper's budget and
        weights. Where no printed row is measured, the reduced rows do, which share a budget. In a table without printed
        numbers all rows compete. Reference rows never do.
        """
        of_column: dict[Column, list[TableEntry]] = {}
        for entry in result.measured:
            if entry.metric and not entry.row.reference:
                of_column.setdefault(entry.column, []).append(entry)
        competing = {column: _competing(result, entries) for column, entries in of_column.items()}
        values = {column: _best_two(entries) for column, entries in competing.items()}
        reduced = {bool(competing[column][0].row.reduced) for column, best in values.items() if best}
        rivals = {column: frozenset(entry.row.label for entry in entries) for column, entries in competing.items()}
        return cls(values, rivals, _rule(result, reduced))

    def rank(self, entry: TableEntry) -> int:
        """Return 1 for the best number of its column, 2 for the second best, and 0 for any other."""
        best = self.values.get(entry.column, ())
        if number_text(entry) not in best or entry.row.label not in self.rivals[entry.column]:
            return 0
        return 1 + best.index(number_text(entry))


def _rule(result: Result, reduced: set[bool]) -> str:
    """Return which rows compete; `reduced` tells whether they are reduced rows in some columns, and in some not."""
    if not result.plugin:
        return "all rows" * bool(reduced)
    whole = "the printed rows that are measured by the table's protocol"
    rules = {True: "the reduced rows", False: whole}
    if len(reduced) > 1:
        return f"{whole}, or of the reduced rows where no printed one is measured"
    return "".join(rules[which] for which in reduced)


def _by_table_protocol(result: Result, entry: TableEntry) -> bool:
    """Return whether an entry was measured by the table's protocol, which costs do not depend on."""
    about_images = entry.metric is not None and entry.metric.subject == "image"
    return not about_images or entry.protocol in {"", result.protocol}


def _competing(result: Result, entries: Sequence[TableEntry]) -> list[TableEntry]:
    """Return the entries of one column that compete."""
    printed = {row for row, _ in result.in_print}
    whole = [entry for entry in entries if not entry.row.reduced and (not printed or entry.published)]
    if not whole:
        return [entry for entry in entries if entry.row.reduced and (not printed or entry.row.reduced in printed)]
    return [
        entry
        for entry in whole
        if entry.verdict not in INCOMPARABLE
        and (not entry.trained or result.profile == PAPER)
        and _by_table_protocol(result, entry)
    ]


def _best_two(entries: Sequence[TableEntry]) -> tuple[str, ...]:
    found = [entry for entry in entries if entry.measured is not None]
    metric = found[0].metric if found else None
    found.sort(key=lambda entry: entry.measured or 0.0, reverse=metric is None or metric.better == "higher")
    distinct = tuple(dict.fromkeys(map(number_text, found)))
    return distinct[:2] if len(distinct) > 1 else ()
