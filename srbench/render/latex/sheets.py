"""Sheets of a table: how it is laid out, turned or divided so that it fits a page at a size that can be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from srbench.render.grid import HEADINGS, Grid, lay_out
from srbench.render.latex.width import COLUMN_WIDTH, GAP, SIZES, TEXT_HEIGHT, TEXT_WIDTH, Size, width_in_em

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from srbench.bench.results.table_result import Result
    from srbench.render.grid import Key
    from srbench.render.latex.cells import Cells

GROUP = 6.0
"""Space that a rule between groups of lines takes, in points."""
CAPTION = 36.0
"""Space for the caption, in points."""


@dataclass(frozen=True)
class Sheet:
    """A table, or a part of one, that fits a page."""

    grid: Grid
    size: Size
    turned: bool
    """True if it stands on its side."""
    narrow: bool
    """True if it fits a column of a paper with two."""


def sheets(result: Result, cells: Cells, notes: str) -> list[Sheet]:
    """Return the sheets of a table, in the paper's layout where that fits.

    A table that is too wide is turned; if that is not enough, lines and columns change places; and if that isn't,
    the columns are divided. Too many lines are divided at the groups.

    Args:
        result: The measured table.
        cells: Its cells.
        notes: Text below each sheet.
    """
    result = _without_empty(result)
    table = result.table
    transposed = replace(result, table=replace(table, row_axes=table.column_axes, column_axes=table.row_axes))
    grids = [lay_out(shown) for shown in (result, transposed)]
    of_grid = [Widths.of(grid, cells) for grid in grids]
    for grid, widths in zip(grids, of_grid, strict=True):
        fitting = [
            list(_divided(grid, widths, size, notes, turned=turned))
            for turned in (False, True)
            for size in SIZES
            if width(grid, widths, size) <= (TEXT_HEIGHT if turned else TEXT_WIDTH)
        ]
        if fitting:
            return min(fitting, key=len)  # the first of those with the fewest sheets
    return [
        sheet
        for part, turned in _columns(grids[0], of_grid[0])
        for sheet in _divided(part, of_grid[0], SIZES[-1], notes, turned=turned)
    ]


def _without_empty(result: Result) -> Result:
    """Return the table without rows and columns in which nothing is measured or printed."""
    filled = [entry for entry in result.entries if entry.measured is not None or entry.published]
    rows, columns = {entry.row for entry in filled}, {entry.column for entry in filled}
    entries = tuple(entry for entry in result.entries if entry.row in rows and entry.column in columns)
    return replace(result, entries=entries) if entries else result


@dataclass(frozen=True)
class Widths:
    """Widths of the labels and columns of a table in em, without headings that columns share."""

    labels: float
    columns: Mapping[Key, float]

    @classmethod
    def of(cls, grid: Grid, cells: Cells) -> Widths:
        """Measure every cell of `grid` once."""
        labels = [
            max([width_in_em(HEADINGS[axis]), *(width_in_em(line[place]) for line in grid.lines)])
            for place, axis in enumerate(grid.row_axes)
        ]
        columns = {
            column: max(
                [width_in_em(column[-1]), *(cells.width(grid.entries.get((line, column))) for line in grid.lines)]
            )
            for column in grid.columns
        }
        return cls(sum(labels), columns)


def width(grid: Grid, widths: Widths, size: Size) -> float:
    """Return the width of a table in points.

    Args:
        grid: The table, or some of its columns.
        widths: Widths of its labels and columns.
        size: Size of its type.
    """
    headings = [*method_groups(grid)]
    for level in range(len(grid.column_axes) - 1):
        headings += [(grid.columns[span.start][level], span) for span in spans(grid, level)]
    columns = [widths.columns[column] for column in grid.columns]
    total = widths.labels + sum(columns)
    for name, span in headings:
        room = sum(columns[span.start : span.stop]) + GAP * (len(span) - 1) / size.em
        total += max(0, width_in_em(name) - room)
    return total * size.em + GAP * (len(grid.row_axes) + len(columns))


def method_groups(grid: Grid) -> list[tuple[str, range]]:
    """Return the groups of methods above the columns with their spans; empty unless methods are columns in groups."""
    if not grid.column_axes or grid.column_axes[-1] != "row" or not any(map(grid.groups.get, grid.columns)):
        return []
    groups = []
    numbered = enumerate(grid.columns)
    for (_, name), run in groupby(numbered, lambda item: (item[1][:-1], grid.groups.get(item[1], ""))):
        numbers = [number for number, _ in run]
        groups.append((name, range(numbers[0], numbers[-1] + 1)))
    return groups


def spans(grid: Grid, level: int) -> Iterator[range]:
    """Yield the runs of neighbouring columns whose labels are the same down to `level`."""
    for _, run in groupby(range(len(grid.columns)), lambda number: grid.columns[number][: level + 1]):
        numbers = list(run)
        yield range(numbers[0], numbers[-1] + 1)


def line_groups(grid: Grid) -> list[list[Key]]:
    """Return the lines in groups: of one label where it stands for several lines, else of one group of methods."""
    place = grouping_axis(grid)
    groups: list[list[Key]] = [[grid.lines[0]]] if grid.lines else []
    for previous, line in pairwise(grid.lines):
        alike = grid.groups.get(previous) == grid.groups.get(line) if place is None else previous[place] == line[place]
        if not alike:
            groups.append([])
        groups[-1].append(line)
    return groups


def grouping_axis(grid: Grid) -> int | None:
    """Return the place of the label whose runs of equal lines are longest; None if no label repeats."""
    changes = [
        sum(one[place] != other[place] for one, other in pairwise(grid.lines)) for place in range(len(grid.row_axes))
    ]
    fewest = min(changes, default=0)
    divides = len(grid.row_axes) > 1 and fewest < len(grid.lines) - 1
    return changes.index(fewest) if divides else None


def _columns(grid: Grid, widths: Widths) -> Iterator[tuple[Grid, bool]]:
    """Yield parts with some of the columns, and whether they are turned; what belongs together stays together."""

    def wide(part: tuple[Key, ...]) -> float:
        return width(replace(grid, columns=part), widths, SIZES[-1])

    def packed(limit: float) -> list[tuple[Key, ...]]:
        parts: list[tuple[Key, ...]] = [()]
        for unit in units:
            if parts[-1] and wide(parts[-1] + unit) > limit:
                parts.append(())
            parts[-1] += unit
        return parts

    units = _units(grid)
    limit = TEXT_WIDTH
    widest = max(map(wide, units))
    if widest > limit:
        limit = TEXT_HEIGHT
    if widest > limit:
        units = [(column,) for column in grid.columns]
    parts = packed(limit)
    for percent in range(90, 0, -10):  # as many parts, of widths that differ less
        narrower = packed(limit * percent / 100)
        if len(narrower) > len(parts):
            break
        parts = narrower
    for part in parts:
        lines = tuple(line for line in grid.lines if any((line, column) in grid.entries for column in part))
        yield replace(grid, columns=part, lines=lines), limit == TEXT_HEIGHT


def _units(grid: Grid) -> list[tuple[Key, ...]]:
    """Return the columns that stay together: those of one dataset or scale, or methods of one group."""
    if len(grid.column_axes) > 1:
        return [tuple(grid.columns[span.start : span.stop]) for span in spans(grid, 0)]
    if grid.methods_across:
        return [tuple(run) for _, run in groupby(grid.columns, lambda column: grid.groups.get(column, ""))]
    return [(column,) for column in grid.columns]


def _divided(grid: Grid, widths: Widths, size: Size, notes: str, *, turned: bool) -> Iterator[Sheet]:
    """Yield sheets with as many lines as fit below each other."""
    across, down = (TEXT_HEIGHT, TEXT_WIDTH) if turned else (TEXT_WIDTH, TEXT_HEIGHT)
    narrow = not turned and width(grid, widths, size) <= COLUMN_WIDTH
    below = width_in_em(notes) * SIZES[-1].em / (COLUMN_WIDTH if narrow else across) + 2
    room = down - CAPTION - below * SIZES[-1].line - (len(grid.column_axes) + 1) * size.line
    for lines in _pages(line_groups(grid), size, room):
        yield Sheet(replace(grid, lines=tuple(lines)), size, turned, narrow)


def _pages(groups: Sequence[Sequence[Key]], size: Size, room: float) -> Iterator[list[Key]]:
    most = max(1, int((room - 2 * GROUP) / size.line))
    page: list[Key] = []
    used = 0.0
    for group in groups:
        for begin in range(0, len(group), most):  # a group that is longer than a page
            piece = group[begin : begin + most]
            height = len(piece) * size.line + size.line + GROUP
            if page and used + height > room:
                yield page
                page, used = [], 0.0
            page += piece
            used += height
    yield page
