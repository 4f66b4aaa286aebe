"""All cells in which two results differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from srbench.bench.results.verdict import Verdict
from srbench.comparison.causes import Cause, causes
from srbench.comparison.table_cells import Place, TableCell, read_tables
from srbench.comparison.verdict_order import Direction, direction
from srbench.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.comparison.cell_records import CellRecords

Kind = Literal["changed", "new", "gone"]


@dataclass(frozen=True)
class Change:
    """A cell in which two results differ; `before` or `after` is None if that side's table has no such cell."""

    before: TableCell | None
    after: TableCell | None
    causes: tuple[Cause, ...] = ()
    """Circumstances in which the two sides differ."""
    unknown: str = ""
    """Reason why `causes` is incomplete: which side has no record that gives the number."""

    @property
    def place(self) -> Place:
        """Place of the cell."""
        cell = self.after or self.before
        if cell is None:
            raise ValueError("a change of no cell")
        return cell.place

    @property
    def kind(self) -> Kind:
        """Whether the cell changed, is new, or is gone."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"

    @property
    def delta(self) -> float | None:
        """Number of the second side minus that of the first; None unless both have one."""
        if self.before is None or self.after is None:
            return None
        if self.before.measured is None or self.after.measured is None:
            return None
        return self.after.measured - self.before.measured

    @property
    def direction(self) -> Direction:
        """Change of the verdict; a cell that is gone counts as not measured, and a new one has not changed."""
        if self.before is None:
            return "same"
        return direction(self.before.verdict, self.after.verdict if self.after else Verdict.UNMEASURED)


@dataclass(frozen=True)
class Difference:
    """Everything in which two results differ."""

    changes: tuple[Change, ...]
    """Changed cells, and measured cells that are new or gone, table by table."""
    same: int
    """Number of cells that both sides have, with the same number and verdict."""
    within: int
    """Number of cells among `same` whose numbers differ within the tolerance."""
    unmeasured: Mapping[str, int]
    """Number of cells without a number that only one side has, by ``new`` and ``gone``."""

    @property
    def worse(self) -> tuple[Change, ...]:
        """Changes to a worse verdict."""
        return tuple(change for change in self.changes if change.direction == "worse")


def compare(
    a: CellRecords, b: CellRecords, plugins: Sequence[str] = (), tables: Sequence[str] = (), tolerance: float = 0.0
) -> Difference:
    """Return the difference of two results.

    Args:
        a: Records of the first side.
        b: Records of the second side.
        plugins: Only tables of these plugins; none: all.
        tables: Only tables of these numbers; none: all.
        tolerance: Largest change of a number, relative to the number, that is not a difference.

    Raises:
        StoreError: if a side has no table, or a damaged one.
        UnknownName: if neither side has a table of such a plugin, or of such a number.
    """
    before, after = (read_tables(side.side.folder, side.side.name) for side in (a, b))
    chosen = _chosen([*before, *(place for place in after if place not in before)], plugins, tables)
    changes: list[Change] = []
    same = within = 0
    unmeasured = Counter[str]()
    for place in sorted(chosen, key=lambda place: (place.plugin, place.name)):  # stable: rows in the tables' order
        one, other = before.get(place), after.get(place)
        if one and other:
            if _agree(one, other, tolerance):
                same += 1
                within += one.measured != other.measured
                continue
            records = a.records(one), b.records(other)
            changes.append(Change(one, other, causes(one, other, *records), _unknown(one, other, (a, b), records)))
        elif all(cell is None or cell.measured is None for cell in (one, other)):
            unmeasured["gone" if one else "new"] += 1
        else:
            changes.append(Change(one, other))
    return Difference(tuple(changes), same, within, unmeasured)


def _chosen(places: Sequence[Place], plugins: Sequence[str], tables: Sequence[str]) -> list[Place]:
    """Return the places in the given plugins and tables; without any given, in all.

    Raises:
        UnknownName: if no place is in one of the plugins or tables.
    """
    for plugin in plugins:
        if plugin not in (known := {place.plugin for place in places}):
            raise UnknownName("plugin", plugin, known, "in both results")
    places = [place for place in places if not plugins or place.plugin in plugins]
    for table in tables:
        if table not in (known := {place.table for place in places}):
            raise UnknownName("table", table, known, "in both results")
    return [place for place in places if not tables or place.table in tables]


def _agree(one: TableCell, other: TableCell, tolerance: float) -> bool:
    """Return whether two cells have the same verdict and printed number, and measured numbers within `tolerance`."""
    if one.verdict is not other.verdict or one.published != other.published:
        return False
    if one.measured is None or other.measured is None:
        return one.measured == other.measured
    largest = max(abs(one.measured), abs(other.measured))
    return abs(one.measured - other.measured) <= tolerance * largest


def _unknown(
    one: TableCell,
    other: TableCell,
    sides: tuple[CellRecords, CellRecords],
    records: tuple[Sequence[object], Sequence[object]],
) -> str:
    """Return which sides have no record that gives the number of a changed cell, in words; empty if both have one."""
    if one.measured is None or other.measured is None or one.measured == other.measured:
        return ""
    lacking = [side.side.name for side, side_records in zip(sides, records, strict=True) if not side_records]
    return f"no single record in {' or '.join(dict.fromkeys(lacking))} gives this number" if lacking else ""
