"""Printed numbers of all papers, with what each of them lacks to be measured here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.cells_file import read_cells, read_unavailable
from srbench.data.datasets.finder import DatasetFinder
from srbench.errors import DataError, Lack, UnknownName
from srbench.published import published_table
from srbench.weights.files import find_weights

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from srbench.bench.planning.slot import TableSlot
    from srbench.catalog import Catalog
    from srbench.specs.table import Column, Table

State = Literal["measured", "here", "needs", "never"]
"""State of a printed number. ``measured``: a value stands beside it in the output folder; ``here``: nothing but running
is missing; ``needs``: measurable with data, weights, images, a training or a package that is missing, or on another
machine, where a run on this one tried in vain; ``never``: nothing that a user could get would help."""
STATES: tuple[State, ...] = ("measured", "here", "needs", "never")


@dataclass(frozen=True)
class PrintedNumber:
    """A printed number of a paper, with what it lacks to be measured here."""

    plugin: str
    table: str
    row: str
    column: Column
    state: State
    lacks: tuple[Lack, ...] = ()
    """Things that are missing here; empty except in the state ``needs``."""
    reason: str = ""
    """Reason why it cannot be measured as things are, in words; empty for ``measured`` and ``here``."""


def printed_numbers(catalog: Catalog, roots: Sequence[Path], results: Path) -> list[PrintedNumber]:
    """Return every printed number of the installed papers, table by table.

    Files are looked for, not hashed: whether they are good copies is not checked.

    Args:
        catalog: The catalog with the papers' tables.
        roots: Folders where data and weights are searched.
        results: Output folder of earlier runs.

    Raises:
        StoreError: if a measured table cannot be read.
    """
    numbers: list[PrintedNumber] = []
    missing = _Missing(catalog, roots)
    papers = catalog.plugins.values()
    for plugin, table in ((paper, table) for paper in papers for table in paper.tables.values()):
        measured = read_cells(results, plugin.name, table.id)
        tried = read_unavailable(results, plugin.name, table.id)
        try:
            plan = make_plan(
                catalog, plugin, table, Selection(), Options(), roots, None, hash_files=False, measures=False
            )
        except UnknownName as unknown:  # the protocol of a plugin that is not installed
            numbers += _numbers_needing_package(plugin.name, table, f"{unknown.kind} {unknown.name}")
            continue
        slots = [slot for slot in plan.slots if slot.published is not None]
        numbers += [_number_of(slot, plugin.name, table.id, measured, tried, missing) for slot in slots]
    return numbers


def _number_of(
    slot: TableSlot,
    plugin: str,
    table: str,
    measured: Collection[tuple[str, Column]],
    tried: Mapping[tuple[str, Column], str],
    missing: _Missing,
) -> PrintedNumber:
    """Return the printed number of a slot.

    Args:
        slot: The slot.
        plugin: Name of the plugin.
        table: Number of the table.
        measured: Places (row, column) with a value in the output folder.
        tried: Reasons why a run on this machine filled a place in vain.
        missing: Search for what the slot lacks.
    """
    place = slot.row.label, slot.column
    number = partial(PrintedNumber, plugin, table, *place)
    if place in measured:
        return number("measured")
    if slot.reason:
        lacks = missing.lacks(slot)
        return number("needs" if lacks else "never", lacks, slot.reason)
    if place in tried:
        return number("needs", (Lack("machine", tried[place]),), tried[place])
    return number("here")


def _numbers_needing_package(plugin: str, table: Table, name: str) -> list[PrintedNumber]:
    """Return the numbers of a table that cannot be planned without the package that registers `name`."""
    places = published_table(table.published, table.id).values if table.published else {}
    lack, reason = Lack("package", name), f"{name} is not installed"
    return [PrintedNumber(plugin, table.id, row, column, "needs", (lack,), reason) for row, column in places]


def count_states(numbers: Iterable[PrintedNumber]) -> dict[tuple[str, str], dict[State, int]]:
    """Return how many numbers of each table (plugin, table) are in each state."""
    counts: dict[tuple[str, str], dict[State, int]] = {}
    for number in numbers:
        table_counts = counts.setdefault((number.plugin, number.table), dict.fromkeys(STATES, 0))
        table_counts[number.state] += 1
    return counts


class _Missing:
    """Search for everything that a slot lacks; a plan names only the first missing thing.

    Args:
        catalog: The catalog with datasets, weights and recipes.
        roots: Folders where data and weights are searched.
    """

    def __init__(self, catalog: Catalog, roots: Sequence[Path]) -> None:
        self._catalog = catalog
        self._roots = tuple(roots)
        self._finder = DatasetFinder(self._roots, catalog.datasets)
        self._datasets: dict[str, tuple[Lack, ...]] = {}

    def lacks(self, slot: TableSlot) -> tuple[Lack, ...]:
        """Return everything that is missing to fill `slot`; empty if nothing that a user could get would fill it."""
        if not slot.lacks:
            return ()
        lacks = list(slot.lacks)
        for recipe in [self._catalog.recipes.get(lack.name) for lack in slot.lacks if lack.kind == "training"]:
            for source in (*recipe.data, *recipe.validation):
                lacks += self._dataset(source)
        if slot.metric and slot.metric.subject == "image":
            lacks += self._dataset(slot.column.dataset)
            specs = map(self._catalog.weights.get, slot.metric.weights)
            lacks += [Lack("weights", spec.name) for spec in specs if find_weights(spec, self._roots) is None]
        return tuple(dict.fromkeys(lacks))

    def _dataset(self, name: str) -> tuple[Lack, ...]:
        if name not in self._datasets:
            try:
                missing = self._finder.missing(name)
            except DataError:  # it is there, and can't be used: another copy is needed
                missing = (name,)
            self._datasets[name] = tuple(Lack("data", each) for each in missing)
        return self._datasets[name]
