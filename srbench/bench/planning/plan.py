"""Plan of a table: cached cells, jobs and trainings for the others, and reasons for cells that cannot be measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.bench.planning.job import Job
from srbench.bench.planning.selection import Selection, on_demo_data, select
from srbench.bench.resolve.compatibility import check_sizes
from srbench.bench.resolve.method_weights import WeightsChoice, WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.device import machine
from srbench.errors import Unavailable, UnknownName, UsageError
from srbench.published import Published, published_table
from srbench.specs.recipe import DEMO
from srbench.storage.canonical_hash import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.bench.resolve.dataset_copy import DatasetCopy
    from srbench.bench.resolve.resolved import ResolvedDataset, ResolvedMetric
    from srbench.catalog import Catalog
    from srbench.inference.method import ResolvedMethod
    from srbench.records.cell import Cell
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.table import Column, Row, Table
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class Options:
    """Settings of a measurement that do not depend on the table."""

    profile: str = "paper"
    """Budget of trainings; the demo profile also replaces the datasets."""
    source: WeightsChoice = "auto"
    """Source of the weights."""
    seeds: int = 1
    """Number of trainings of each method that is trained here, from seeds 0, 1, ...; the table shows their mean and
    standard deviation."""
    protocol: str = ""
    """Name of the protocol; empty: the table's protocol."""
    device: str = "auto"
    """Device to measure on: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``."""
    tile: int | None = None
    """Side of a tile in LR pixels; 0: never tile; None: tile only images that do not fit into memory."""
    data: tuple[Path, ...] = ()
    """Folders of the user with datasets and weights (``--data``)."""
    save_images: Path | None = None
    """Folder that receives the SR images."""


@dataclass(frozen=True)
class Alternative:
    """A measurement of a slot by another rule or convention, whose number stands beside the slot's own."""

    name: str
    """Name of the protocol of another rule, or of the metric of another convention."""
    cell: Cell
    convention: bool = False
    """True for another convention of counting, which can explain a published number."""


@dataclass(frozen=True)
class TableSlot:
    """One slot of a table, with the cells that fill it, or the reason why it stays empty."""

    row: Row
    column: Column
    metric: MetricSpec | None
    published: Published | None
    protocol: Protocol
    """Protocol of the measurement: that of the row's rule, of the table, or the user's."""
    own_protocol: bool = True
    """True if `protocol` measures in the same way as the paper did for this row."""
    cells: tuple[Cell, ...] = ()
    """Cells that fill the slot: one, or one for each seed of a method that is trained here."""
    reason: str = ""
    """Reason why the slot stays empty; empty if it has cells."""
    method: ResolvedMethod | None = None
    """Method of the first cell."""
    copy: DatasetCopy | None = None
    """Comparison of the dataset with its known copy."""
    alternatives: tuple[Alternative, ...] = ()
    """Measurements by other rules or conventions; empty for values that are not published."""

    @property
    def wanted_cells(self) -> tuple[Cell, ...]:
        """All cells to measure for this slot, those of `alternatives` last."""
        return *self.cells, *(alternative.cell for alternative in self.alternatives)

    @property
    def cell(self) -> Cell | None:
        """The first of `cells`; None if there are none."""
        return self.cells[0] if self.cells else None


@dataclass(frozen=True)
class Plan:
    """A table whose slots are all resolved, and the jobs that measure the missing cells."""

    plugin: Plugin | None
    """Plugin of the table; None for a table made on the command line."""
    table: Table
    protocol: Protocol
    options: Options
    places: tuple[TableSlot, ...]
    jobs: tuple[Job, ...]
    """Jobs for the cells that are not in the store."""
    cached: dict[str, Record]
    """Records from the store, by cell key."""
    trainings: tuple[TrainingJob, ...] = ()
    """Trainings that must be finished before `jobs` can run, in this order."""

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
    given: Mapping[str, ResolvedMethod] | None = None,
    *,
    hash_files: bool = True,
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
        given: Methods of the user by name.
        hash_files: Whether files are hashed; if not, cell keys are not valid.

    Raises:
        UnknownName: if a selected row, dataset or metric, or the protocol, does not exist.
        UsageError: if no scale is selected.
        DataError: if a dataset is damaged.
        WeightsError: if a weights file is damaged.
    """
    if options.profile == DEMO:
        selection = replace(selection, reference=True)
        table = on_demo_data(table, catalog)
    table = select(table, selection, catalog)
    protocol = catalog.protocols.get(options.protocol or table.protocol)
    root = store.root if store else Path("results")
    weights = WeightsPolicy(options.source, options.profile, root)
    resolver = Resolver(catalog, roots, given, hash_files=hash_files, weights=weights)
    planner = _Planner(catalog, resolver, table, protocol, options)
    places = tuple(planner.place(row, column) for row in table.rows for column in table.columns)
    cached = {}
    for cell in (cell for place in places for cell in place.wanted_cells):
        record = store.done(cell.key) if store else None
        if record:
            cached[cell.key] = record
    jobs = tuple(job for job in (_without(job, cached) for job in planner.jobs()) if job.metrics)
    # jobs without a dataset measure costs, which do not need the trained weights
    required = [training for job in jobs if job.dataset for training in job.method.trainings]
    trainings = {training.key: training for training in required}
    missing = tuple(training for training in trainings.values() if not training.done(root))
    return Plan(plugin, table, protocol, options, places, jobs, cached, missing)


def _without(job: Job, cached: dict[str, Record]) -> Job:
    return replace(job, metrics=tuple(metric for metric in job.metrics if job.cell(metric).key not in cached))


class _Planner:
    """Resolver of a table's slots, which groups cells that share one pass over a dataset into jobs."""

    def __init__(
        self, catalog: Catalog, resolver: Resolver, table: Table, protocol: Protocol, options: Options
    ) -> None:
        self.catalog = catalog
        self.resolver = resolver
        self.table = table
        self.protocol = protocol
        self.options = options
        self._jobs: dict[tuple[str, str, float, int, str], Job] = {}
        self._published = published_table(table.published, table.id) if table.published else None

    def jobs(self) -> list[Job]:
        """Return all jobs, the cheapest kind first: costs of models, then images."""
        return sorted(self._jobs.values(), key=lambda job: job.dataset is not None)

    def place(self, row: Row, column: Column) -> TableSlot:
        """Return the slot at `row` and `column`; anything missing becomes its `reason`."""
        published = self._published.get(row.label, column) if self._published else None
        protocol = self._protocol_of(row)
        if column.metric not in self.catalog.metrics:
            return TableSlot(row, column, None, published, protocol, reason=f"metric {column.metric} is not installed")
        metric = self.catalog.metrics.get(column.metric)
        printed_under = self.catalog.protocols.get(row.rule.protocol if row.rule else self.table.protocol)
        place = TableSlot(row, column, metric, published, protocol, protocol.hash == printed_under.hash)
        try:
            return self._filled(place, metric)
        except Unavailable as reason:
            return replace(place, reason=str(reason))
        except UnknownName as unknown:  # a row may refer to another plugin's method or dataset
            return replace(place, reason=f"{unknown.kind} {unknown.name} is not installed")

    def _protocol_of(self, row: Row) -> Protocol:
        """Return the protocol of a row: the user's, else that of the row's rule, else that of the table."""
        if self.options.protocol or not row.rule:
            return self.protocol
        return self.catalog.protocols.get(row.rule.protocol)

    def _filled(self, place: TableSlot, metric: MetricSpec) -> TableSlot:
        row, column = place.row, place.column
        scale = column.scale or self._only_scale()
        if row.scales and column.scale and column.scale not in row.scales:
            raise Unavailable(f"{row.label} is for {', '.join(f'x{allowed:g}' for allowed in row.scales)}")
        # the method is resolved before the dataset: a missing dataset must not hide damaged weights or the reason why
        # the row cannot be measured at all
        methods = [self._method(row, metric, scale)]
        data = self.resolver.data(column.dataset, scale, place.protocol) if metric.subject == "image" else None
        if data:
            check_sizes(methods[0].model, data.dataset)
            try:
                self.resolver.check_unseen(methods[0], data.dataset)
            except UsageError as seen:  # affects this cell only; the others can be measured
                raise Unavailable(str(seen)) from seen
        if methods[0].trainings and metric.subject == "image":  # the cost of a training step is the same for all seeds
            methods += [self._method(row, metric, scale, seed) for seed in range(1, self.options.seeds)]
        resolved_metric = self.resolver.metric(metric)
        protocol = place.protocol
        cells = tuple(
            self._job(method, data, scale, resolved_metric, protocol, seed) for seed, method in enumerate(methods)
        )
        alternatives = self._alternatives(place, methods[0], scale) if place.published else ()
        copy = data.copy if data else None
        return replace(place, cells=cells, method=methods[0], copy=copy, alternatives=alternatives)

    def _alternatives(self, place: TableSlot, method: ResolvedMethod, scale: float) -> tuple[Alternative, ...]:
        """Return the measurements that an inferred rule, or a count by convention, has to be held against."""
        rule, metric = place.row.rule, place.metric
        if metric is None:
            return ()
        if metric.subject != "image":
            counts = [self.resolver.metric(self.catalog.metrics.get(name)) for name in metric.conventions]
            return tuple(
                Alternative(count.spec.name, self._job(method, None, scale, count, place.protocol), convention=True)
                for count in counts
            )
        if rule is None or not rule.inferred or self.options.protocol:
            return ()
        alternatives = []
        for name in rule.others:
            protocol = self.catalog.protocols.get(name)
            data = self.resolver.data(place.column.dataset, scale, protocol)
            cell = self._job(method, data, scale, self.resolver.metric(metric), protocol)
            alternatives.append(Alternative(name, cell))
        return tuple(alternatives)

    def _method(self, row: Row, metric: MetricSpec, scale: float, seed: int = 0) -> ResolvedMethod:
        if metric.subject == "model":
            if method := self.resolver.cost_of(row, scale):
                return method
        elif row.method:
            method = self.resolver.method(row.method, scale, seed, sigma=metric.needs_sigma)
            if metric.subject == "training" and method.members:
                raise Unavailable(f"{row.label} is not a single training but the {method.mixture}")
            if metric.subject == "training" and method.training is None:
                raise Unavailable(f"{row.label} is not trained here")
            return method
        raise Unavailable(row.reason or f"{row.label} has no method here")

    def _job(
        self,
        method: ResolvedMethod,
        data: ResolvedDataset | None,
        scale: float,
        metric: ResolvedMetric,
        protocol: Protocol,
        seed: int = 0,
    ) -> Cell:
        """Add `metric` to the job that measures `method` on `data`, which is created if needed; return its cell.

        Args:
            method: The method.
            data: The dataset; None for metrics of a model or a training.
            scale: Scale of the measurement.
            metric: The metric.
            protocol: Protocol of the measurement.
            seed: Seed of a training.
        """
        subject = method.model.name if metric.spec.subject == "model" else f"{method.name} {method.model.name}"
        # datasets are told apart by path, because names of folders are not unique, and by derivation, because the parts
        # of a split lie in one folder
        place = f"{data.dataset.root} {canonical_json(data.dataset.derivation)}" if data else metric.spec.subject
        key = (f"{subject} {method.sigma_hash}", place, scale, seed, protocol.hash if data else "")
        # the profile changes the number only through the budget of trainings and the demo data
        profile = self.options.profile if method.trainings or self.options.profile == DEMO else "paper"
        job = self._jobs.get(key) or Job(
            method,
            scale,
            protocol,
            (),
            dataset=data.dataset if data else None,
            dataset_hash=data.hash if data else "",
            lr=data.lr if data else "",
            profile=profile,
            seed=seed,
            device=self.options.device,
            tile=self.options.tile,
            save_to=self.options.save_images,
        )
        if metric not in job.metrics:
            job = replace(job, metrics=(*job.metrics, metric))
        if not metric.spec.repeatable:
            job = replace(job, machine=job.machine or machine(self.options.device))
        self._jobs[key] = job
        return job.cell(metric)

    def _only_scale(self) -> float:
        scales = {column.scale for column in self.table.columns if column.scale}
        return max(scales) if scales else 4.0
