"""Results as LaTeX: one table environment, or several where a table doesn't fit a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.escape import latex as escape
from srbench.escape import visible
from srbench.render.grid import HEADINGS
from srbench.render.latex.cells import Cells
from srbench.render.latex.sheets import Sheet, grouping_axis, line_groups, method_groups, sheets, spans
from srbench.render.latex.style import BOOKTABS, PLAIN
from srbench.render.latex.width import TEXT_HEIGHT, TEXT_WIDTH
from srbench.render.markup.place import common_place
from srbench.render.remarks import DEMO_BANNER, circumstances, heading, signs, tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.bench.results.table_result import Result
    from srbench.render.grid import Grid
    from srbench.render.latex.style import Style


def to_latex(result: Result) -> str:
    """Return `result` with the rules of the package booktabs."""
    return _document(result, BOOKTABS)


def to_plain_latex(result: Result) -> str:
    """Return `result` with the rules and signs of LaTeX itself."""
    return _document(result, PLAIN)


def _document(result: Result, style: Style) -> str:
    """Return the environments, below a comment that says what they are, what was measured, and what they need.

    Turned tables need the package rotating.
    """
    cells = Cells.of(result, style)
    key, rest, plain = _notes(result, cells)
    of_result = sheets(result, cells, plain)
    packages = [*style.packages, *["rotating"] * any(sheet.turned for sheet in of_result)]
    comments = [
        heading(result),
        tally(result, signed=True),
        f"Protocol {result.protocol} ({result.protocol_hash})"
        + (f", profile {result.profile}" if result.plugin else ""),
        f"Packages: {', '.join(packages) or 'none'}; a text area of {TEXT_WIDTH} x {TEXT_HEIGHT} pt or more",
    ]
    texts = [
        _environment(
            result, sheet, cells, f"{key} {rest}" if number == len(of_result) else key, (number, len(of_result))
        )
        for number, sheet in enumerate(of_result, start=1)
    ]
    return "\n".join([*(f"% {visible(line)}" for line in comments), *texts, ""])


def _environment(result: Result, sheet: Sheet, cells: Cells, notes: str, part: tuple[int, int]) -> str:
    name = f"{'sideways' * sheet.turned}table{'*' * (not sheet.narrow)}"
    grid, style = sheet.grid, cells.style
    return "\n".join(
        [
            rf"\begin{{{name}}}" + "[tp]" * (not sheet.turned),
            r"\centering",
            rf"\caption{{{_caption(result, part)}}}",
            rf"\label{{{_label(result, part)}}}",
            r"\par\smallskip",
            sheet.size.command,
            r"\setlength{\tabcolsep}{3pt}",
            rf"\begin{{tabular}}{{{'l' * len(grid.row_axes)}{'c' * len(grid.columns)}}}",
            style.top,
            *_header(grid, style),
            style.middle,
            *_body(grid, cells),
            style.bottom,
            r"\end{tabular}",
            r"\par\medskip",
            rf"\begin{{minipage}}{{\linewidth}}\scriptsize\raggedright {notes}\end{{minipage}}",
            rf"\end{{{name}}}",
        ]
    )


def _caption(result: Result, part: tuple[int, int]) -> str:
    place = common_place(result)
    number, count = part
    parts = f", part {number} of {count}" if count > 1 else ""
    return escape(result.table.title.rstrip(".") + (f" ({place})" if place else "") + parts + ".")


def _label(result: Result, part: tuple[int, int]) -> str:
    number, count = part
    table = result.table.id if result.plugin else result.table.title  # that of eval has no number
    name = "-".join(filter(None, (result.plugin, table, str(number) if count > 1 else "")))
    return "tab:" + re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")


def _header(grid: Grid, style: Style) -> Iterator[str]:
    """Yield the lines above the columns: groups of methods, then a line for each part of a column's label."""
    labels = len(grid.row_axes)
    if groups := method_groups(grid):
        yield from _spanning(labels, groups, style)
    for level in range(len(grid.column_axes) - 1):
        yield from _spanning(labels, [(grid.columns[span.start][level], span) for span in spans(grid, level)], style)
    names = [*(HEADINGS[axis] for axis in grid.row_axes), *(column[-1] if column else "" for column in grid.columns)]
    yield " & ".join(map(escape, names)) + r" \\"


def _spanning(labels: int, runs: list[tuple[str, range]], style: Style) -> Iterator[str]:
    """Yield a line of headings that span columns, and the rules below them; nothing if all headings are empty."""
    if not any(name for name, _ in runs):
        return
    cells, rules = [""] * labels, []
    for name, span in runs:
        cells.append(rf"\multicolumn{{{len(span)}}}{{c}}{{{escape(name)}}}")
        if name:
            rules.append(style.span.format(first=labels + span.start + 1, last=labels + span.stop))
    yield " & ".join(cells) + r" \\"
    yield " ".join(rules)


def _body(grid: Grid, cells: Cells) -> Iterator[str]:
    """Yield the lines, with a rule between groups; a label that stands for a group is printed once."""
    place = grouping_axis(grid)
    titled = place is None and not grid.methods_across and any(grid.groups.get(line) for line in grid.lines)
    for number, group in enumerate(line_groups(grid)):
        if number:
            yield cells.style.middle
        if titled and (title := grid.groups.get(group[0], "")):
            yield rf"\multicolumn{{{len(grid.row_axes) + len(grid.columns)}}}{{l}}{{\textit{{{escape(title)}}}}} \\"
        for line_number, line in enumerate(group):
            labels = ["" if line_number and axis == place else name for axis, name in enumerate(line)]
            entries = (grid.entries.get((line, column)) for column in grid.columns)
            yield " & ".join([*map(escape, labels), *map(cells.latex, entries)]) + r" \\"


def _notes(result: Result, cells: Cells) -> tuple[str, str, str]:
    """Return what the cells hold, and how they were measured, in LaTeX; then both as plain text."""
    lines = [line.replace("`", "").replace(f" ({result.protocol_hash})", "") for line in circumstances(result)]
    banner = lines.pop(0) if lines[0] == DEMO_BANNER else ""
    meanings = signs(result.measured)
    cell = r"Measured / \textit{published}" if any(entry.published for entry in result.entries) else "Measured"
    verdicts = "".join(f"; {cells.style.mark(sign)} {escape(word)}" for sign, word in meanings.items())
    best = f"Bold: best of {cells.best.rule}; underlined: second." if cells.best.rule else ""
    rest = " ".join(f"{line.rstrip('.')}." for line in lines)
    key = [rf"\textbf{{{escape(banner)}.}}" * bool(banner), f"{cell}{verdicts}.", escape(best)]
    return " ".join(filter(None, key)), escape(rest), " ".join([banner, cell, *meanings.values(), best, rest])
