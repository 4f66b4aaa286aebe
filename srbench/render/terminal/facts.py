"""Printed facts side by side: one line per method, dataset, scale and metric, one column per table of a paper."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from srbench.bench.results.verdict import Verdict
from srbench.published import as_printed
from srbench.render.grid import ARROWS
from srbench.render.numbers import NONE, UNITS, with_unit
from srbench.terminal.counted import counted
from srbench.terminal.table import table_text
from srbench.terminal.width import display_width
from srbench.terminal.wrapping import paragraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.facts import Fact, PrintedFact
    from srbench.bench.results.cells_file import MeasuredCell
    from srbench.registry import Registry
    from srbench.specs.metric import MetricSpec

WIDTH = 100
"""Columns that a table should fit where there is no terminal."""
DISPUTED = "≠"
"""Sign of a printed number that another table contradicts."""
METHOD_WIDTH = 30
DIVIDED_BY = ("dataset", "scale", "metric")
"""Fields of `Column` by which a table that is too wide is divided."""

Paper = tuple[str, str]
"""Plugin and table."""


def facts_text(facts: Sequence[Fact], metrics: Registry[MetricSpec], width: int | None = None) -> str:
    """Return the facts as plain text: the table, a legend, and the contradictions in words.

    A table that would be too wide has letters for its papers, or is divided by dataset, scale and metric.

    Args:
        facts: The facts; not empty.
        metrics: Registered metrics, for their titles and decimals.
        width: Columns that a line may take; None: any, but tables are divided beyond `WIDTH`.
    """
    papers = _papers(facts)
    tables = "\n\n".join(_tables(facts, metrics, DIVIDED_BY, width or WIDTH, last=width))
    parts = [_legend(facts, width or WIDTH)]
    parts += [f"{DISPUTED} {line}" for line in _contradictions(facts, metrics)]
    count = sum(len(fact.printed) for fact in facts)
    measured = sum(1 for fact in facts if fact.measured)
    parts.append(
        f"{counted(count, 'printed number')} of {counted(len(facts), 'fact')} in {counted(len(papers), 'table')}; "
        f"{measured} measured here, {sum(1 for fact in facts if fact.contradictions)} contradicted in print"
    )
    return f"{tables}\n{paragraphs(chr(10).join(part for part in parts if part), width)}"


def fact_object(fact: Fact) -> dict[str, Any]:
    """Return the fact as plain data for ``--json``."""
    return {
        "method": fact.subject,
        "labels": list(fact.labels),
        "dataset": fact.column.dataset,
        "scale": fact.column.scale,
        "metric": fact.column.metric,
        "contradicted": bool(fact.contradictions),
        "printed": [
            {
                "plugin": number.plugin,
                "table": number.table,
                "row": number.row.label,
                "method": number.row.method,
                "printed": number.published.printed,
                "value": number.published.value,
                "std": float(number.published.std) if number.published.std else None,
                "rank": number.published.rank or None,
                "note": number.published.note,
                "contradicted": fact.disputed(number),
            }
            for number in fact.printed
        ],
        "measured": [
            {
                "plugin": cell.plugin,
                "table": cell.table,
                "row": cell.row,
                "value": cell.value,
                "verdict": cell.verdict,
                "protocol": cell.protocol,
                "profile": cell.profile,
                "seeds": cell.seeds,
                "note": cell.note,
            }
            for cell in fact.measured
        ],
    }


def _papers(facts: Sequence[Fact]) -> list[Paper]:
    """Return the tables that print any of the facts, by plugin and number."""
    papers = dict.fromkeys((number.plugin, number.table) for fact in facts for number in fact.printed)
    return sorted(papers, key=lambda paper: (paper[0], len(paper[1]), paper[1]))


def _tables(
    facts: Sequence[Fact], metrics: Registry[MetricSpec], parts: Sequence[str], width: int, *, last: int | None
) -> list[str]:
    """Return the table of the facts, divided by the first of `parts` and so on as long as it is too wide.

    Args:
        facts: The facts.
        metrics: Registered metrics.
        parts: Fields of `Column` to divide it by.
        width: Columns that it should take at most.
        last: Columns to which it is folded where no division helps; None: it stays as wide as it is.
    """
    text = _table(facts, metrics, width)
    if _width(text) <= width:
        return [text]
    if not parts:
        return [_table(facts, metrics, width, last=last)]
    groups: dict[object, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(getattr(fact.column, parts[0]), []).append(fact)
    return [table for group in groups.values() for table in _tables(group, metrics, parts[1:], width, last=last)]


def _table(facts: Sequence[Fact], metrics: Registry[MetricSpec], width: int, *, last: int | None = None) -> str:
    """Return the table of the facts; what is the same in all lines stands above it."""
    labels = [
        {
            "Method": method,
            "Dataset": fact.column.dataset,
            "Scale": f"x{fact.column.scale:g}" if fact.column.scale else "",
            "Metric": _title(fact, metrics),
        }
        for fact, method in zip(facts, _methods(facts), strict=True)
    ]
    varying = [name for name in labels[0] if name == "Method" or len({line[name] for line in labels}) > 1]
    constant = ", ".join(text for name, text in labels[0].items() if name not in varying and text)
    papers = _papers(facts)

    def laid_out(headings: Sequence[str]) -> str:
        lines = [
            [*(line[name] for name in varying), *_printed_cells(fact, papers), _measured_cell(fact, metrics)]
            for fact, line in zip(facts, labels, strict=True)
        ]
        header = [*varying, *headings, "Measured"]
        widths = [min(METHOD_WIDTH, width // 3), *(None for _ in header[1:])]
        return table_text(lines, header, last, widths)

    text = laid_out([f"{plugin} {table}" for plugin, table in papers])
    key = ""
    if (last or _width(text) > width) and len(papers) <= len(ascii_uppercase):
        letters = ascii_uppercase[: len(papers)]
        text = laid_out(list(letters))
        named = zip(letters, papers, strict=True)
        key = _wrapped([f"{letter}: {plugin} {table}" for letter, (plugin, table) in named], width)
    return "\n".join(filter(None, (paragraphs(constant, last), text, key)))


def _methods(facts: Sequence[Fact]) -> list[str]:
    """Return the printed names of each fact's method, with the registered name where print alone is ambiguous."""
    names = [" / ".join(fact.labels) for fact in facts]
    subjects: dict[str, set[str]] = {}
    for name, fact in zip(names, facts, strict=True):
        subjects.setdefault(name, set()).add(fact.subject)
    return [
        f"{name} ({fact.subject})" if len(subjects[name]) > 1 else name for name, fact in zip(names, facts, strict=True)
    ]


def _printed_cells(fact: Fact, papers: Sequence[Paper]) -> list[str]:
    by_paper: dict[Paper, list[PrintedFact]] = {}
    for number in fact.printed:
        by_paper.setdefault((number.plugin, number.table), []).append(number)
    return [
        ", ".join(number.published.printed + f" {DISPUTED}" * fact.disputed(number) for number in by_paper[paper])
        if paper in by_paper
        else NONE
        for paper in papers
    ]


def _measured_cell(fact: Fact, metrics: Registry[MetricSpec]) -> str:
    """Return the values measured here with the signs of their verdicts; several are told apart by their protocols."""
    groups: dict[tuple[str, str], dict[str, None]] = {}
    judged = {(cell.protocol, cell.profile) for cell in fact.measured if cell.published is not None}
    for cell in fact.measured:
        if cell.published is None and (cell.protocol, cell.profile) in judged:
            continue  # a reference row of another table, measured alike
        text = _value(fact, cell, metrics)
        groups.setdefault((text, _mark(cell)), {})[cell.protocol or f"{cell.plugin} {cell.table}"] = None
    if len(groups) < 2:
        return next((" ".join(filter(None, group)) for group in groups), NONE)
    return "; ".join(f"{' '.join(filter(None, group))} ({', '.join(where)})" for group, where in groups.items())


def _value(fact: Fact, cell: MeasuredCell, metrics: Registry[MetricSpec]) -> str:
    same_table = (number for number in fact.printed if (number.plugin, number.table) == (cell.plugin, cell.table))
    number = next(same_table, fact.printed[0])
    if fact.column.metric in metrics and number.published.printed == number.published.text:
        decimals = metrics.get(fact.column.metric).decimals
        if decimals == 0 and abs(cell.value) >= UNITS[-1][0]:
            return with_unit(cell.value)
    return as_printed(cell.value, number.published, more=1)


def _mark(cell: MeasuredCell) -> str:
    known = {str(verdict): verdict.mark for verdict in Verdict}
    return known.get(cell.verdict, f"({cell.verdict})")


def _title(fact: Fact, metrics: Registry[MetricSpec]) -> str:
    if fact.column.metric not in metrics:
        return fact.column.metric.upper()
    metric = metrics.get(fact.column.metric)
    return f"{metric.title or metric.name} {ARROWS[metric.better]}"


def _legend(facts: Sequence[Fact], width: int) -> str:
    """Return the legend of the signs that occur."""
    signs = {f"{DISPUTED} contradicted by another table": None} if any(fact.contradictions for fact in facts) else {}
    for fact in facts:
        for cell in fact.measured:
            if mark := _mark(cell):
                signs[f"{mark} {cell.verdict}"] = None
    return _wrapped([f"{NONE} not printed, not measured", *signs], width)


def _contradictions(facts: Sequence[Fact], metrics: Registry[MetricSpec]) -> list[str]:
    lines = []
    for fact in facts:
        if fact.contradictions:
            where = ", ".join(
                filter(None, (fact.column.dataset, f"x{fact.column.scale:g}" if fact.column.scale else ""))
            )
            by_print: dict[str, list[str]] = {}
            for number in fact.printed:
                by_print.setdefault(number.published.printed, []).append(f"{number.plugin} {number.table}")
            prints = ", ".join(f"{text} ({', '.join(tables)})" for text, tables in by_print.items())
            lines.append(f"{' / '.join(fact.labels)}, {where}, {_title(fact, metrics).rstrip(' ↑↓')}: {prints}")
    return lines


def _wrapped(parts: Sequence[str], width: int) -> str:
    """Return the parts separated by commas, in lines of at most `width` columns."""
    lines = [""]
    for part in parts:
        if lines[-1] and display_width(lines[-1]) + display_width(part) + 3 > width:
            lines[-1] += ","
            lines.append("")
        lines[-1] += f", {part}" if lines[-1] else part
    return "\n".join(lines)


def _width(text: str) -> int:
    return max(map(display_width, text.split("\n")))
