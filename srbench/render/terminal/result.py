"""A measured table as text for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.power.prospects import prospects
from srbench.escape import terminal, visible
from srbench.render.answer import CLAIMS, claims
from srbench.render.grid import HEADINGS, Grid, lay_out
from srbench.render.numbers import cell_text
from srbench.render.ranks import reference_rank
from srbench.render.remarks import circumstances, heading, legend, missing, noticed, order, tally
from srbench.terminal.sheet import Sheet, sheet_text
from srbench.terminal.wrapping import paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.results.table_result import Result, TableEntry


def to_text(result: Result, width: int | None = None) -> str:
    """Return the table and its remarks as plain text for a terminal; reasons of failed cells go to stderr.

    Args:
        result: The measured table.
        width: Columns that a line may take (`srbench.terminal.width.terminal_width`); None: any number.
    """
    claimed = prospects(result)
    before = [heading(result), *circumstances(result)]
    after = [
        legend(result),
        f"{tally(result)}.",
        "\n".join(order(result)),
        *(_lines(title, claims(claimed, whose)) for whose, title in CLAIMS.items()),
        "\n".join(f"- {line}" for line in missing(result, failed=False)),
        "\n".join(f"- {line}" for line in noticed(result)),
    ]
    table = grid_text(lay_out(result), lambda entry: cell_text(entry, reference_rank(result, entry)), width)
    parts = [_remarks(before, width), terminal(table), _remarks(after, width)]
    return "\n".join(part for part in parts if part)


def grid_text(grid: Grid, text: Callable[[TableEntry | None], str], width: int | None) -> str:
    """Return a table in the paper's layout, or one that fits into `width` (`srbench.terminal.sheet`).

    Args:
        grid: The table.
        text: Function that returns the text of an entry.
        width: Columns that a line may take; None: any.
    """
    cells = {
        (_shown(line), _shown(column)): text(grid.entries.get((line, column)))
        for line in grid.lines
        for column in grid.columns
    }
    sheet = Sheet(
        tuple(HEADINGS[part] for part in grid.row_axes),
        tuple(HEADINGS[part] for part in grid.column_axes),
        tuple(map(_shown, grid.lines)),
        tuple(map(_shown, grid.columns)),
        cells,
    )
    return sheet_text(sheet, width)


def _shown(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(visible, key))


def _remarks(parts: list[str], width: int | None) -> str:
    return paragraphs(terminal("\n".join(part for part in parts if part)), width)


def _lines(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines)]) if lines else ""
