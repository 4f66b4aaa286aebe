"""A table as a piece of HTML, as notebooks show it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.escape import visible
from srbench.render.grid import lay_out
from srbench.render.numbers import cell_text
from srbench.render.ranks import reference_rank
from srbench.render.remarks import circumstances, heading, legend, missing, noticed, tally

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result


def to_html_fragment(result: Result) -> str:
    """Return heading, table, legend and remarks as HTML without a page around them; every text is escaped."""
    grid = lay_out(result)
    labels = len(grid.row_axes)
    texts = grid.texts(lambda entry: cell_text(entry, reference_rank(result, entry)))
    lines = [[*map(visible, line[:labels]), *line[labels:]] for line in texts]
    # this format of tabulate escapes headings and cells
    table = tabulate(lines, list(map(visible, grid.header())), tablefmt="html", disable_numparse=True)
    before = [f"<strong>{_text(heading(result))}</strong>", *map(_text, circumstances(result))]
    after = [*map(_text, filter(None, (legend(result), f"{tally(result)}.")))]
    remarks = [f"<li>{_text(line)}</li>" for line in (*missing(result), *noticed(result))]
    parts = [*(f"<p>{line}</p>" for line in before), table, *(f"<p>{line}</p>" for line in after)]
    return "\n".join([*parts, *(["<ul>", *remarks, "</ul>"] if remarks else [])])


def _text(line: str) -> str:
    return escape(visible(line))
