"""Results as Markdown, and as plain text for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.render.grid import lay_out
from srbench.render.numbers import cell_text
from srbench.render.ranks import own_rank
from srbench.render.remarks import CLAIMS, circumstances, claims, heading, legend, missing, noticed, order, tally

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result


def to_markdown(result: Result) -> str:
    """Return the table in the paper's layout, with protocol, legend, tally, claims, missing cells and remarks."""
    banner, *rest = circumstances(result)
    parts = [
        f"# {heading(result)}",
        f"**{banner}**" if result.demo else banner,
        *rest,
        _grid(result, "pipe"),
        legend(result),
        f"{tally(result)}.",
        "\n".join(f"- {line}" for line in order(result)),
        *(_list(title, claims(result, whose)) for whose, title in CLAIMS.items()),
        _list("Not measured", missing(result)),
        _list("Remarks", [*noticed(result), *result.table.notes]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_text(result: Result) -> str:
    """Return the table and its remarks as plain text for a terminal; why a cell failed is said on stderr."""
    parts = [
        heading(result),
        *circumstances(result),
        _grid(result, "simple"),
        legend(result),
        f"{tally(result)}.",
        "\n".join(order(result)),
        *(_lines(title, claims(result, whose)) for whose, title in CLAIMS.items()),
        "\n".join(f"- {line}" for line in missing(result, failed=False)),
        "\n".join(f"- {line}" for line in noticed(result)),
    ]
    return "\n".join(part for part in parts if part)


def _grid(result: Result, style: str) -> str:
    grid = lay_out(result)
    texts = grid.texts(lambda entry: cell_text(entry, own_rank(result, entry)))
    return tabulate(texts, grid.header(), tablefmt=style, disable_numparse=True)


def _lines(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines)]) if lines else ""


def _list(title: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {line}" for line in lines)]) if lines else ""
