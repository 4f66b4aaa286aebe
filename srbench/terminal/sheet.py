"""Cross tables that fit: turned if that is shorter, and divided into parts of a few columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from srbench.terminal.table import GAP, aligned, total_width
from srbench.terminal.width import display_width
from srbench.terminal.wrapping import longest_word, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Key = tuple[str, ...]

EMPTY = frozenset({"", "–"})
"""Texts of cells that hold no number."""


@dataclass(frozen=True)
class Sheet:
    """Cells by the labels of their line and of their column."""

    down: tuple[str, ...]
    """Headings of the parts of a line's label."""
    across: tuple[str, ...]
    """Headings of the parts of a column's label, which stand over the labels if the sheet is turned."""
    lines: tuple[Key, ...]
    columns: tuple[Key, ...]
    cells: Mapping[tuple[Key, Key], str]
    """Text by labels of line and column; a cell that is not there is empty."""

    def text(self, line: Key, column: Key) -> str:
        """Return the text of a cell."""
        return self.cells.get((line, column), "")

    def turned(self) -> Sheet:
        """Return the sheet with its lines as columns."""
        cells = {(column, line): text for (line, column), text in self.cells.items()}
        return Sheet(self.across, self.down, self.columns, self.lines, cells)

    def filled(self) -> Sheet:
        """Return the sheet without the lines and columns that hold no number."""
        lines = self.filled_lines(self.columns)
        columns = tuple(
            column for column in self.columns if any(self.text(line, column) not in EMPTY for line in lines)
        )
        return Sheet(self.down, self.across, lines, columns, self.cells)

    def filled_lines(self, columns: Sequence[Key]) -> tuple[Key, ...]:
        """Return the lines that hold a number in one of `columns`."""
        return tuple(line for line in self.lines if any(self.text(line, column) not in EMPTY for column in columns))


def sheet_text(sheet: Sheet, width: int | None) -> str:
    """Return a sheet as text with each of its lines on one line, or as it fits into `width`.

    A sheet that is too wide loses the lines and columns that hold no number, with a note below, and is divided into
    parts of as many columns as fit; columns that share the first part of their label stay together if they can. It is
    turned if that takes fewer lines.

    Args:
        sheet: The sheet.
        width: Columns that a line may take; None: any.
    """
    whole = _part(sheet, sheet.columns, None)
    if width is None or max(map(display_width, whole.split("\n"))) <= width:
        return whole
    filled = sheet.filled()
    if not filled.lines:
        filled = sheet
    layouts = ["\n\n".join(parts) for parts in (_parts(filled, width), _parts(filled.turned(), width))]
    # a table of the paper's layout is worth a few lines more
    chosen = layouts[0] if layouts[0].count("\n") <= 1.1 * layouts[1].count("\n") else layouts[1]
    left_out = [
        name
        for before, after in ((sheet.columns, filled.columns), (sheet.lines, filled.lines))
        for name in (" ".join(filter(None, key)) for key in before if key not in set(after))
    ]
    note = f"(without any number, and left out: {', '.join(left_out)})" if left_out else ""
    return "\n".join([chosen, *(wrapped(note, width) if note else [])])


def _parts(sheet: Sheet, width: int) -> list[str]:
    """Return the sheet in parts of as many columns as fit."""
    room = width - total_width(_label_widths(sheet, sheet.lines, width)) - GAP
    parts: list[list[Key]] = [[]]
    used = 0
    for _, grouped in groupby(sheet.columns, key=lambda column: column[:1]):
        group = list(grouped)
        sizes = [min(_column_width(sheet, column, room), room) + GAP for column in group]
        if used + sum(sizes) > room + GAP and parts[-1] and sum(sizes) <= room + GAP:
            parts.append([])
            used = 0
        for column, size in zip(group, sizes, strict=True):
            if used + size > room + GAP and parts[-1]:
                parts.append([])
                used = 0
            parts[-1].append(column)
            used += size
    return [_part(sheet, columns, width) for columns in parts]


def _part(sheet: Sheet, columns: Sequence[Key], width: int | None) -> str:
    """Return some columns of a sheet as a table; under a title, if it is a part and they share some of their labels."""
    shared = [
        width is not None and number + 1 < len(sheet.across) and len({key[number] for key in columns}) == 1
        for number in range(len(sheet.across))
    ]
    title = " ".join(name for name, same in zip(columns[0], shared, strict=True) if same and name) if columns else ""
    headings = [" ".join(name for name, same in zip(key, shared, strict=True) if name and not same) for key in columns]
    lines = (sheet.filled_lines(columns) if width is not None else ()) or sheet.lines
    rows = [[*line, *(sheet.text(line, column) for column in columns)] for line in lines]
    labels = _label_widths(sheet, lines, width)
    if width is None:
        sizes = [
            max(map(display_width, [heading, *(sheet.text(line, column) for line in lines)]))
            for heading, column in zip(headings, columns, strict=True)
        ]
    else:
        room = width - total_width(labels) - GAP
        sizes = [min(_column_width(sheet, column, room), room) for column in columns]
    table = aligned(rows, [*sheet.down, *headings], [*labels, *sizes])
    return "\n".join([*wrapped(title, width), table]) if title else table


def _label_widths(sheet: Sheet, lines: Sequence[Key], width: int | None) -> list[int]:
    """Return the widths of the label columns: together at most half of `width`, the widest narrowed first."""
    sizes = [
        max(map(display_width, [heading, *(line[number] for line in lines)]))
        for number, heading in enumerate(sheet.down)
    ]
    while width is not None and total_width(sizes) > max(width // 2, len(sizes)) and max(sizes) > 1:
        sizes[sizes.index(max(sizes))] -= 1
    return sizes


def _column_width(sheet: Sheet, column: Key, room: int) -> int:
    """Return the width of a column of a part, whose heading may take several lines."""
    cells = max(display_width(sheet.text(line, column)) for line in sheet.lines)
    heading = " ".join(column)
    return max(cells, min(longest_word(heading), room), min(display_width(heading), 8))
