"""Tables of text that fit: long cells are folded or hang below their row, and rows become entries of several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.terminal.width import display_width, padded
from srbench.terminal.wrapping import longest_word, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP = 2
"""Spaces between two columns."""
WORD = 20
"""Columns up to which a word is not broken to make a table fit."""
DESCRIBES = frozenset({"summary", "description", "title"})
"""Headings of columns that are understood without them."""
PROSE = 24
"""Columns that long text should have at least, so that it reads as text."""


def table_text(
    rows: Iterable[Sequence[Any]],
    headers: Sequence[str],
    width: int | None = None,
    widths: Sequence[int | None] | None = None,
) -> str:
    """Return a plain-text table with one line for each row, or as it fits into `width`.

    A table that is too wide loses the columns that are empty in every row, with a note below. Then long text is folded
    if it keeps `PROSE` columns, or hangs below its row; and if nothing else fits, each row becomes an entry of several
    lines, named by its first cell.

    Args:
        rows: Its rows.
        headers: Headings of its columns.
        width: Columns that a line may take; None: any.
        widths: Widest text of each column before it is folded in any case; None: never.
    """
    texts = [[_text(cell) for cell in row] for row in rows]
    limits = list(widths) if widths else [None] * len(headers)
    natural = [
        min(max(map(display_width, column)), limit or max(map(display_width, column)))
        for column, limit in zip(_columns(texts, headers), limits, strict=True)
    ]
    if width is None or total_width(natural) <= width:
        return aligned(texts, headers, natural)
    empty = [number for number in range(len(headers)) if not any(row[number] for row in texts)] if texts else []
    if empty:
        texts = [[cell for number, cell in enumerate(row) if number not in empty] for row in texts]
        kept = [number for number in range(len(headers)) if number not in empty]
        note = f"(empty in every line, and left out: {', '.join(headers[number] for number in empty)})"
        text = table_text(texts, [headers[number] for number in kept], width, [limits[number] for number in kept])
        return "\n".join([text, *wrapped(note, width)])
    fitting = _fitting(texts, headers, natural, width)
    legible = fitting and all(new >= min(old, PROSE) for new, old in zip(fitting, natural, strict=True))
    folded = aligned(texts, headers, fitting) if fitting and legible else ""
    hanging = _hanging(texts, headers, natural, width)
    laid_out = [text for text in (folded, hanging) if text] or [_entries(texts, headers, width)]
    return min(laid_out, key=lambda text: text.count("\n"))


def aligned(texts: Sequence[Sequence[str]], headers: Sequence[str], widths: Sequence[int]) -> str:
    """Return a table whose columns have the given widths, with longer text folded.

    Args:
        texts: Its cells, by row.
        headers: Headings of its columns.
        widths: Width of each column.
    """
    lines = [*_lines(headers, widths), _line(["-" * size for size in widths], widths)]
    for row in texts:
        lines += _lines(row, widths)
    return "\n".join(lines)


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return the lines of one row."""
    folded = [wrapped(cell, size) for cell, size in zip(cells, widths, strict=True)]
    height = max(map(len, folded), default=0)
    return [_line([cell[line] if line < len(cell) else "" for cell in folded], widths) for line in range(height)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (" " * GAP).join(padded(cell, size) for cell, size in zip(cells, widths, strict=True)).rstrip()


def _fitting(
    texts: Sequence[Sequence[str]], headers: Sequence[str], natural: Sequence[int], width: int
) -> list[int] | None:
    """Return widths that fit, the widest columns narrowed first; None if words would have to be broken for it."""
    least = [
        min(size, max(min(max(map(longest_word, column)), WORD), 1))
        for column, size in zip(_columns(texts, headers), natural, strict=True)
    ]
    if total_width(least) > width:
        return None
    level = max(natural)
    while True:
        sizes = [min(size, max(small, level)) for size, small in zip(natural, least, strict=True)]
        if total_width(sizes) <= width:
            return sizes
        level -= 1


def _hanging(texts: Sequence[Sequence[str]], headers: Sequence[str], natural: Sequence[int], width: int) -> str:
    """Return a table of the narrow columns, with the cells of the widest below each row; empty if one column is left.

    Cells below their row are named, but for those that describe it, which have a line of their own.
    """
    kept = list(range(len(headers)))
    while total_width([natural[number] for number in kept]) > width and len(kept) > 1:
        kept.remove(max(kept[1:], key=lambda number: (natural[number], number)))
    if len(kept) < 2:
        return ""
    sizes = [natural[number] for number in kept]
    hung = [number for number in range(len(headers)) if number not in kept]
    lines = aligned([], [headers[number] for number in kept], sizes).split("\n")
    for row in texts:
        lines += _lines([row[number] for number in kept], sizes)
        described = [row[number] for number in hung if headers[number] in DESCRIBES]
        fields = [
            f"{headers[number]}: {row[number]}" for number in hung if row[number] and row[number] not in described
        ]
        below = ["; ".join(fields), *described]
        for text in filter(None, below):
            lines += wrapped(f"    {text}", width, "    ")
    return "\n".join(lines)


def _entries(texts: Sequence[Sequence[str]], headers: Sequence[str], width: int) -> str:
    """Return each row as its first cell, and below it the other cells with their headings; empty ones are left out."""
    lines = []
    for row in texts:
        named = zip(headers[1:], row[1:], strict=True)
        fields = [f"{header}: {cell}" if header else cell for header, cell in named if cell]
        lines += wrapped(row[0], width, "  ")
        if fields:
            lines += wrapped(f"  {'; '.join(fields)}", width, "  ")
    return "\n".join(lines)


def _columns(texts: Sequence[Sequence[str]], headers: Sequence[str]) -> list[list[str]]:
    return [[header, *(row[number] for row in texts)] for number, header in enumerate(headers)]


def total_width(widths: Sequence[int]) -> int:
    """Return the width of a line of columns, with the gaps between them."""
    return sum(widths) + GAP * (len(widths) - 1)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
