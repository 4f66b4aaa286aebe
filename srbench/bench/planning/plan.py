"""Plan of a table: cached cells, jobs and trainings for the others, and reasons for cells that cannot be measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.bench.planning.kept_records import KeptRecords
from srbench.bench.planning.planner import Planner
from srbench.bench.planning.selection import Selection, on_demo_data, select
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.specs.recipe import DEMO

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from srbench.bench.planning.job import Job
    from srbench.bench.planning.options import Options
    from srbench.bench.planning.slot import TableSlot
    from srbench.catalog import Catalog
    from srbench.inference.method import ResolvedMethod
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.protocol import Protocol
    from srbench.specs.table import Table
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class Plan:
    """A table whose slots are all resolved, and the jobs that measure the missing cells."""

    plugin: Plugin | None
    """Plugin of the table; None for a table made on the command line."""
    table: Table
    protocol: Protocol
    options: Options
    slots: tuple[TableSlot, ...]
    """Slots of the table, row by row."""
    jobs: tuple[Job, ...]
    """Jobs for the cells that are not in the store."""
    cached: Mapping[str, Record]
    """Records from the store, by cell key; of a large plan they are read when they are asked for."""
    trainings: tuple[TrainingJob, ...] = ()
    """Trainings that must be finished before `jobs` can run, in this order."""
    roots: tuple[Path, ...] = ()
    """Folders where data and weights are searched."""

    @property
    def demo(self) -> bool:
        """True if the measurement uses demo data."""
        return self.options.profile == DEMO


def make_plan(
    catalog: Catalog,
    plugin: Plugin | None,
    table: Table,
    selection: Selection,
    options: Options,
    roots: Sequence[Path],
    store: Store | None,
    user_methods: Mapping[str, ResolvedMethod] | None = None,
    *,
    hash_files: bool = True,
    keep: bool = False,
    measures: bool = True,
) -> Plan:
    """Return the plan of the selected part of `table`.

    Missing data, weights, metrics or methods are not errors: they become the `reason` of a slot.

    Args:
        catalog: The catalog in which names are looked up.
        plugin: Plugin of the table; None for a table made on the command line.
        table: The table.
        selection: Rows and columns to measure.
        options: Settings of the measurement.
        roots: Folders where data and weights are searched.
        store: Store of records; None: nothing is cached.
        user_methods: Methods that the user described on the command line, by name.
        hash_files: Whether files are hashed; if not, cell keys are not valid.
        keep: Whether records of `store` also fill slots whose data or weights are no longer at hand.
        measures: Whether the missing cells will be measured; if not, kept records of another machine fill times, and
            damaged weights or images are a reason too.

    Raises:
        UnknownName: if a selected row, dataset or metric, or the protocol, does not exist.
        UsageError: if no scale is selected.
        DataError: if a dataset is damaged, and cells are to be measured.
        WeightsError: if a weights file is damaged, and cells are to be measured.
    """
    if options.profile == DEMO:
        selection = replace(selection, reference=True)
        table = on_demo_data(table, catalog)
    table = select(table, selection, catalog)
    protocol = catalog.protocols.get(options.protocol or table.protocol)
    root = store.root if store else Path("results")
    weights = WeightsPolicy(options.source, options.profile, root)
    resolver = Resolver(catalog, roots, user_methods, hash_files=hash_files, weights=weights)
    planner = Planner(catalog, resolver, table, protocol, options, measures=measures)
    if keep and store:
        planner.keep(KeptRecords(store))
    slots = tuple(planner.slot(row, column) for row in table.rows for column in table.columns)
    keys = {cell.key: None for slot in slots for cell in slot.wanted_cells}
    cached = store.finished(keys) if store else {}
    missing_keys = keys.keys() - cached.keys()
    jobs = tuple(job for job in (_with_cells(job, missing_keys) for job in planner.jobs()) if job.metrics)
    # jobs without a dataset measure costs, which do not need the trained weights
    required = [training for job in jobs if job.dataset for training in job.method.trainings]
    trainings = {training.key: training for training in required}
    missing = tuple(training for training in trainings.values() if not training.done(root))
    return Plan(plugin, table, protocol, options, slots, jobs, cached, missing, tuple(roots))


def _with_cells(job: Job, keys: Collection[str]) -> Job:
    """Return `job` with only the metrics whose cells have one of these keys."""
    return replace(job, metrics=tuple(metric for metric in job.metrics if job.cell(metric).key in keys))
