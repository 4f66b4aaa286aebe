"""Results as LaTeX tables (booktabs): measured / published, the best value bold, the second underlined."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from srbench.render.grid import Grid, Key, lay_out
from srbench.render.numbers import NONE, measured_text, published_text
from srbench.render.ranks import RAISED, own_rank, superscript
from srbench.render.remarks import circumstances, heading

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.results.table_result import Result, TableEntry

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "×": r"$\times$",
    "–": "--",
    "√": r"$\surd$",
    **{chr(raised): rf"\textsuperscript{{{chr(digit)}}}" for digit, raised in RAISED.items()},
}


def to_latex(result: Result) -> str:
    """Return `result` as a ``table*`` environment, which needs the packages booktabs and graphicx.

    The best and the second value are marked separately among the measured and among the published numbers.
    """
    grid = lay_out(result)
    labels = len(grid.row_axes)
    body: list[str] = []
    previous: Key = ()
    for line in grid.lines:
        if previous and labels > 1 and line[0] != previous[0]:
            body.append(r"\midrule")
        shown_labels = [
            "" if labels > 1 and i == 0 and previous and line[0] == previous[0] else name for i, name in enumerate(line)
        ]
        cells = [_cell(result, grid, line, column) for column in grid.columns]
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


def escape(text: str) -> str:
    """Escape the characters of `text` that are special in LaTeX."""
    return "".join(_ESCAPES.get(character, character) for character in text)


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


def _cell(result: Result, grid: Grid, line: Key, column: Key) -> str:
    entry = grid.entries.get((line, column))
    if entry is None:
        return ""
    rivals = grid.rivals(line, column)
    rank = superscript(own_rank(result, entry))
    measured = _ranked(entry, rivals, lambda rival: rival.measured, lambda rival: measured_text(rival) + rank)
    published = _ranked(entry, rivals, lambda rival: rival.published.value if rival.published else None, published_text)
    if published == escape(NONE):
        return measured
    if measured == escape(NONE):
        return rf"\textit{{{published}}}"
    return rf"{measured} / \textit{{{published}}}"


def _ranked(
    entry: TableEntry,
    rivals: list[TableEntry],
    value: Callable[[TableEntry], float | None],
    text: Callable[[TableEntry], str],
) -> str:
    """Return the entry's text, bold if its value is the best of the rivals, underlined if it is the second best."""
    entry_value = value(entry)
    plain = escape(text(entry))
    if entry_value is None or entry.metric is None or entry.row.reference:
        return plain
    distinct = {value(rival) for rival in rivals} - {None}
    ordered = sorted((number for number in distinct if number is not None), reverse=entry.metric.better == "higher")
    if len(ordered) < 2:
        return plain
    return {0: rf"\textbf{{{plain}}}", 1: rf"\underline{{{plain}}}"}.get(ordered.index(entry_value), plain)
