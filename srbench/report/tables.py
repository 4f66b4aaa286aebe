"""The tables of an output folder, planned again from their records without measuring anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.cells_file import read_options
from srbench.bench.results.gather import gather
from srbench.bench.results.run_options import parse_options_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.bench.planning.slot import TableSlot
    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.catalog import Catalog
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.table import Table


@dataclass(frozen=True)
class ReportedEntry:
    """An entry of a table with everything that it rests on."""

    entry: TableEntry
    slot: TableSlot
    records: tuple[Record, ...]
    """Records that the measured value is the mean of, one for each seed; empty if nothing is measured."""


@dataclass(frozen=True)
class ReportedTable:
    """A table as a run has measured it, or with no value if no run has."""

    plugin: Plugin
    result: Result
    entries: tuple[ReportedEntry, ...]

    @property
    def name(self) -> str:
        """Name of the table for people: ``Table 4``."""
        return f"Table {self.result.table.id}"


def reported_tables(
    catalog: Catalog, plugins: Iterable[Plugin], store: Store, roots: Sequence[Path]
) -> list[ReportedTable]:
    """Return all tables of `plugins`, each under the options of the run that printed it.

    Cells are found by their keys, as in a run; records whose data or weights are no longer at hand are found too.

    Args:
        catalog: The catalog.
        plugins: Plugins of papers, in the order of the report.
        store: Store of the output folder.
        roots: Folders with data and weights.

    Raises:
        StoreError: if the cells of a printed table cannot be read.
    """
    return [_reported(catalog, plugin, table, store, roots) for plugin in plugins for table in plugin.tables.values()]


def _reported(catalog: Catalog, plugin: Plugin, table: Table, store: Store, roots: Sequence[Path]) -> ReportedTable:
    run = parse_options_label(read_options(store.root, plugin.name, table.id))
    options = Options(profile=run.profile, source=run.source, seeds=run.seeds, protocol=run.protocol)
    plan = make_plan(catalog, plugin, table, Selection(), options, roots, store, keep=True, measures=False)
    result = gather(plan, plan.cached)
    entries = tuple(
        ReportedEntry(entry, slot, _records(slot, plan.cached) if entry.measured is not None else ())
        for entry, slot in zip(result.entries, plan.places, strict=True)
    )
    return ReportedTable(plugin, result, entries)


def _records(slot: TableSlot, cached: dict[str, Record]) -> tuple[Record, ...]:
    return tuple(cached[cell.key] for cell in slot.cells if cell.key in cached)
