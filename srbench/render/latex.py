"""Results as LaTeX tables (booktabs): measured / published, the best value bold, the second underlined."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from srbench.escape import latex as escape
from srbench.render.grid import Grid, Key, lay_out
from srbench.render.numbers import NONE, measured_text, published_text
from srbench.render.ranks import own_rank, superscript
from srbench.render.remarks import circumstances, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.table import Column


def to_latex(result: Result) -> str:
    """Return `result` as a ``table*`` environment, which needs the packages booktabs and graphicx.

    The best and the second value are marked separately among the measured and among the published numbers.
    """
    grid = lay_out(result)
    labels = len(grid.row_axes)
    best = {column: _best_two(rivals) for column, rivals in grid.rivals.items()}
    body: list[str] = []
    previous: Key = ()
    for line in grid.lines:
        if previous and labels > 1 and line[0] != previous[0]:
            body.append(r"\midrule")
        shown_labels = [
            "" if labels > 1 and i == 0 and previous and line[0] == previous[0] else name for i, name in enumerate(line)
        ]
        cells = [_cell(result, grid.entries.get((line, column)), best) for column in grid.columns]
        body.append(" & ".join([*map(escape, shown_labels), *cells]) + r" \\")
        previous = line
    sentences = (line.rstrip(".").replace("`", "") for line in (heading(result), *circumstances(result)))
    caption = escape(". ".join(sentences) + ".")
    return "\n".join(
        [
            r"\begin{table*}[t]",
            r"\centering",
            rf"\caption{{{caption} Cells: measured / \textit{{published}}; best bold, second underlined.}}",
            r"\resizebox{\textwidth}{!}{%",
            rf"\begin{{tabular}}{{{'l' * labels}{'c' * len(grid.columns)}}}",
            r"\toprule",
            *_group_header(grid),
            " & ".join(map(escape, grid.header())) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}}",
            r"\end{table*}",
            "",
        ]
    )


def _group_header(grid: Grid) -> list[str]:
    """Return a line above the header that spans the methods of each group; empty unless methods are columns."""
    if not grid.methods_across or not any(grid.groups.values()):
        return []
    cells, rules, first = [""] * len(grid.row_axes), [], len(grid.row_axes) + 1
    for group, members in groupby(grid.columns, lambda column: grid.groups.get(column, "")):
        width = len(list(members))
        cells.append(rf"\multicolumn{{{width}}}{{c}}{{{escape(group)}}}")
        rules.append(rf"\cmidrule(lr){{{first}-{first + width - 1}}}")
        first += width
    return [" & ".join(cells) + r" \\", " ".join(rules)]


@dataclass(frozen=True)
class _BestTwo:
    """The best and the second value of a column, the best first; none if all its values are equal."""

    measured: tuple[float, ...]
    published: tuple[float, ...]


def _best_two(rivals: Sequence[TableEntry]) -> _BestTwo:
    better = next((rival.metric.better for rival in rivals if rival.metric), "higher")

    def best(values: Iterable[float | None]) -> tuple[float, ...]:
        distinct = {value for value in values if value is not None}
        return tuple(sorted(distinct, reverse=better == "higher")[:2]) if len(distinct) > 1 else ()

    return _BestTwo(
        best(rival.measured for rival in rivals),
        best(rival.published.value if rival.published else None for rival in rivals),
    )


def _cell(result: Result, entry: TableEntry | None, best: Mapping[Column, _BestTwo]) -> str:
    if entry is None:
        return ""
    rank = superscript(own_rank(result, entry))
    of_column = best[entry.column]
    measured = _ranked(entry, entry.measured, of_column.measured, measured_text(entry) + rank)
    printed = entry.published.value if entry.published else None
    published = _ranked(entry, printed, of_column.published, published_text(entry))
    if published == escape(NONE):
        return measured
    if measured == escape(NONE):
        return rf"\textit{{{published}}}"
    return rf"{measured} / \textit{{{published}}}"


def _ranked(entry: TableEntry, value: float | None, best: Sequence[float], text: str) -> str:
    """Return `text` for LaTeX, bold if `value` is the best of its column, underlined if it is the second best."""
    plain = escape(text)
    if value is None or entry.metric is None or entry.row.reference or value not in best:
        return plain
    return rf"\textbf{{{plain}}}" if value == best[0] else rf"\underline{{{plain}}}"
