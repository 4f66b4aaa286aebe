"""The tables of an output folder, planned again from their records without measuring anything."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.cells_file import missing_cells, read_prints
from srbench.bench.results.gather import gather
from srbench.bench.results.run_options import parse_options_label
from srbench.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.slot import TableSlot
    from srbench.bench.results.cells_file import TablePrint
    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.catalog import Catalog
    from srbench.records.cell import Cell
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.table import Table


@dataclass(frozen=True)
class ReportedEntry:
    """Entry of a table with its place in the plan and its records."""

    entry: TableEntry
    slot: TableSlot | None
    """Place of the entry in the plan; None if the table was not planned (`one_table`)."""
    stored: Mapping[str, Record] = field(default_factory=dict, repr=False, compare=False)
    """Records by cell key; the mapping may read each from its file on access."""

    @property
    def is_recorded(self) -> bool:
        """Whether there are records of the measured value."""
        return any(cell.key in self.stored for cell in self._cells)

    @property
    def records(self) -> tuple[Record, ...]:
        """Records that the measured value is the mean of, one for each seed; empty if nothing is measured.

        They are read anew each time, since those of a large report do not fit into memory.
        """
        return tuple(self.stored[cell.key] for cell in self._cells if cell.key in self.stored)

    @property
    def _cells(self) -> tuple[Cell, ...]:
        return self.slot.cells if self.slot and self.entry.measured is not None else ()


@dataclass(frozen=True)
class ReportedTable:
    """Table with the values that a run has measured, if any."""

    plugin: Plugin
    result: Result
    entries: tuple[ReportedEntry, ...]

    @property
    def name(self) -> str:
        """Name of the table for people: ``Table 4``."""
        return f"Table {self.result.table.id}"


def reported_tables(
    catalog: Catalog,
    plugins: Iterable[Plugin],
    store: Store,
    roots: Sequence[Path],
    on_left_out: Callable[[str], None] = warnings.warn,
) -> list[ReportedTable]:
    """Return all tables of `plugins`, each under the options of the run that printed it.

    Cells are found by their keys, as in a run; records whose data or weights are no longer at hand are found too.

    Args:
        catalog: The catalog.
        plugins: Plugins of papers, in the order of the report.
        store: Store of the output folder.
        roots: Folders with data and weights.
        on_left_out: Called with the reason for each table that cannot be shown, or not as it was printed: its protocol
            is not installed, or its cells are gone.

    Raises:
        StoreError: if the cells of a printed table cannot be read.
    """
    reported = []
    for plugin in plugins:
        for table in plugin.tables.values():
            if path := missing_cells(store.root, plugin.name, table.id):
                on_left_out(
                    f"{path}: missing, so that the options of the table aren't known; print it again with srbench run, "
                    "or from its records with srbench collect"
                )
            try:
                first, *_ = read_prints(store.root, plugin.name, table.id)
                reported.append(_reported(catalog, plugin, table, first, store, roots))
            except UnknownName as unknown:
                on_left_out(
                    f"{plugin.name}, Table {table.id}: {unknown.kind} {unknown.name} is not installed; not shown"
                )
    return reported


def other_prints(catalog: Catalog, plugin: Plugin, table: Table, store: Store, roots: Sequence[Path]) -> list[Result]:
    """Return a table under the options of its other prints (``table-4@quick-3seeds``).

    Only prints whose options differ in nothing but the number of seeds are included: another budget, protocol or source
    of weights measures something else.

    Args:
        catalog: The catalog.
        plugin: Plugin of the table.
        table: The table; its protocol is installed.
        store: Store of the output folder.
        roots: Folders with data and weights.

    Raises:
        StoreError: if the cells of a print cannot be read.
    """
    first, *others = read_prints(store.root, plugin.name, table.id)
    options = parse_options_label(first.options)
    return [
        _reported(catalog, plugin, table, other, store, roots).result
        for other in others
        if _differs_in_seeds_alone(options, parse_options_label(other.options))
    ]


def _differs_in_seeds_alone(options: Options, other: Options) -> bool:
    return other != options and replace(other, seeds=options.seeds) == options


def _reported(
    catalog: Catalog, plugin: Plugin, table: Table, printed: TablePrint, store: Store, roots: Sequence[Path]
) -> ReportedTable:
    options = parse_options_label(printed.options)
    plan = make_plan(catalog, plugin, table, Selection(), options, roots, store, keep=True, measures=False)
    reported = reported_table(plugin, plan, plan.cached)
    places = ((entry.row.label, entry.column) for entry in reported.result.entries if entry.measured is None)
    return replace(reported, result=replace(reported.result, lost=printed.measured.intersection(places)))


def reported_table(plugin: Plugin, plan: Plan, records: Mapping[str, Record]) -> ReportedTable:
    """Return the table of `plan`, filled from `records` (cell key -> record)."""
    result = gather(plan, records)
    entries = tuple(ReportedEntry(entry, slot, records) for entry, slot in zip(result.entries, plan.slots, strict=True))
    return ReportedTable(plugin, result, entries)
