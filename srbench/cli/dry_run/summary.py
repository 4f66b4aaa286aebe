"""A dry run summed up on one screen: a line for rows that stand alike, and the causes of what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from srbench.cli.lacks import WORDS
from srbench.escape import visible
from srbench.terminal.table import table_text
from srbench.terminal.width import shortened
from srbench.terminal.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.slot import TableSlot

MOST_LINES = 25
"""Lines of a summary, so that it can be read at once."""
STATES = ("cached", "to measure", "missing")
"""States of a cell, in the order of the columns."""
LONGEST_LABEL = 60
"""Most columns for the names of rows."""


@dataclass
class Group:
    """Rows that stand alike: as many cells in each state, and missing for the same causes."""

    table: str
    """Name of the table and a colon, where there are several tables."""
    labels: list[str]
    counts: Counter[str]
    causes: dict[str, dict[str, None]] = field(default_factory=dict)
    """Names of the missing things by cause; none where the cause is a whole sentence."""


def state_of(plan: Plan, slot: TableSlot) -> str:
    """Return whether a slot is cached, to measure or missing."""
    if not slot.cells:
        return "missing"
    return "cached" if all(cell.key in plan.cached for cell in slot.wanted_cells) else "to measure"


def summary_lines(plans: Sequence[Plan], costs: Sequence[str], width: int | None) -> list[str]:
    """Return the summary of some plans in at most `MOST_LINES` lines.

    The causes are the reasons of the cells. Where that takes too many lines, rows are grouped by the kinds of things
    that they lack, then by table; and then lines that are too long are cut off.

    Args:
        plans: The plans.
        costs: What the run would cost, in sentences.
        width: Columns that a line may take; None: any.
    """
    counts = sum((_counts(plan.slots, plan) for plan in plans), Counter[str]())
    states = ", ".join(f"{counts[state]} {state}" for state in STATES)
    end = [*map(visible, costs), f"{states} (--verbose shows each cell)"]
    lines: list[str] = []
    for cut, (by_row, by_reason) in product((False, True), ((True, True), (True, False), (False, False))):
        groups = _groups(plans, by_row=by_row, by_reason=by_reason)
        lines = _laid_out(groups, end, width, cut=cut)
        if len(lines) <= MOST_LINES:
            return lines
    # more tables than lines: the totals are at the end
    more = f"... and {len(lines) - MOST_LINES + 1} more lines"
    return [*lines[: MOST_LINES - len(end) - 1], more, *lines[-len(end) :]]


def _counts(slots: Sequence[TableSlot], plan: Plan) -> Counter[str]:
    return Counter(state_of(plan, slot) for slot in slots)


def _groups(plans: Sequence[Plan], *, by_row: bool, by_reason: bool) -> list[Group]:
    """Return the rows of all plans, or the plans, in groups that stand alike."""
    groups: dict[object, Group] = {}
    several_plugins = len({plan.plugin.name for plan in plans if plan.plugin}) > 1
    for number, plan in enumerate(plans):
        rows: dict[str, list[TableSlot]] = {}
        for slot in plan.slots:
            rows.setdefault(visible(slot.row.label) if by_row else "", []).append(slot)
        for row, slots in rows.items():
            table = f"{_table(plan, plugin=several_plugins)}: " if len(plans) > 1 or not by_row else ""
            counts, causes = _counts(slots, plan), _causes(slots, by_reason=by_reason)
            alike = tuple(sorted(counts.items())) if by_reason else tuple(sorted(counts))
            group = groups.setdefault((number, alike, tuple(causes)), Group(table, [], Counter()))
            group.labels.append(row)
            group.counts += counts
            for cause, names in causes.items():
                group.causes.setdefault(cause, {}).update(names)
    return list(groups.values())


def _causes(slots: Sequence[TableSlot], *, by_reason: bool) -> dict[str, dict[str, None]]:
    """Return why cells are missing: their reasons, or the kinds of things that they lack, with the names."""
    causes: dict[str, dict[str, None]] = {}
    for slot in slots:
        if slot.cells:
            continue
        if by_reason or not slot.lacks:
            causes.setdefault(visible(slot.reason), {})
            continue
        for lack in slot.lacks:
            causes.setdefault(WORDS[lack.kind], {})[visible(lack.name)] = None
    return causes


def _laid_out(groups: Sequence[Group], end: Sequence[str], width: int | None, *, cut: bool) -> list[str]:
    """Return the table of the groups, the causes, and the last sentences.

    Args:
        groups: The groups.
        end: The last sentences.
        width: Columns that a line may take; None: any.
        cut: Whether sentences are cut off behind their first line, and not continued.
    """
    causes: dict[str, dict[str, None]] = {}
    for group in groups:
        for cause, names in group.causes.items():
            causes.setdefault(cause, {}).update(names)
    numbers = {cause: number for number, cause in enumerate(causes, start=1)}
    label = LONGEST_LABEL if width is None else max(10, min(LONGEST_LABEL, width - 44))
    rows = [
        (
            shortened(_label(group), label),
            *(group.counts[state] or "" for state in STATES),
            " ".join(f"[{numbers[cause]}]" for cause in group.causes),
        )
        for group in groups
    ]
    texts = (" ".join(filter(None, (cause, ", ".join(names)))) for cause, names in causes.items())
    sentences = [*(f"[{number}] {text}" for number, text in enumerate(texts, start=1)), *end]
    lines = table_text(rows, ("rows", *STATES, "why"), width).split("\n")
    for sentence in sentences:
        lines += [shortened(sentence, width)] if cut else wrapped(sentence, width, "    ")
    return lines


def _table(plan: Plan, *, plugin: bool) -> str:
    name = visible(plan.table.id)
    words = name if name.startswith("figure-") else f"table {name}"
    return f"{plan.plugin.name} {words}" if plugin and plan.plugin else words


def _label(group: Group) -> str:
    if len(group.labels) == 1:
        return f"{group.table}{group.labels[0]}".removesuffix(": ")
    return f"{group.table}{len(group.labels)} rows: {'; '.join(group.labels)}"
