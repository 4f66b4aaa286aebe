"""Results as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.escape import markdown, markdown_code, visible
from srbench.render.grid import lay_out
from srbench.render.numbers import cell_text
from srbench.render.ranks import own_rank
from srbench.render.remarks import CLAIMS, circumstances, claims, heading, legend, missing, noticed, order, tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.results.table_result import Result


def to_markdown(result: Result) -> str:
    """Return the table in the paper's layout, with protocol, legend, tally, claims, missing cells and remarks."""
    banner, *rest = circumstances(result, markdown, markdown_code)
    parts = [
        f"# {markdown(heading(result))}",
        f"**{banner}**" if result.demo else banner,
        *rest,
        _grid(result, markdown),
        legend(result),
        f"{tally(result)}.",
        "\n".join(f"- {line}" for line in order(result, markdown)),
        *(_list(title, claims(result, whose, markdown)) for whose, title in CLAIMS.items()),
        _list("Not measured", missing(result, markdown)),
        # a plugin's notes are Markdown of its author
        _list("Remarks", [*noticed(result, markdown), *map(visible, result.table.notes)]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _grid(result: Result, shown: Callable[[str], str]) -> str:
    grid = lay_out(result)
    labels = len(grid.row_axes)
    texts = grid.texts(lambda entry: cell_text(entry, own_rank(result, entry)))
    lines = [[*map(shown, line[:labels]), *line[labels:]] for line in texts]
    return tabulate(lines, [*map(shown, grid.header())], tablefmt="pipe", disable_numparse=True)


def _list(title: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {line}" for line in lines)]) if lines else ""
