"""What a table needs, what of it is there already, and why the rest can't be had."""

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
from srbench.published import Published, read_published
from srbench.specs.recipe import DEMO

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
    """How to measure, whatever the table."""

    profile: str = "paper"
    source: WeightsChoice = "auto"
    seeds: int = 1
    """How often what is trained here is trained, from seeds 0, 1, ...; the table shows mean and deviation."""
    protocol: str = ""
    """Empty: the table's own."""
    device: str = "auto"
    tile: int | None = None
    data: tuple[Path, ...] = ()
    save_images: Path | None = None


@dataclass(frozen=True)
class TableSlot:
    """One place of the table: the cell that fills it, or why none can."""

    row: Row
    column: Column
    metric: MetricSpec | None
    published: Published | None
    cells: tuple[Cell, ...] = ()
    """One; of a method that is trained here, one a seed."""
    reason: str = ""
    method: ResolvedMethod | None = None
    copy: DatasetCopy | None = None

    @property
    def cell(self) -> Cell | None:
        """The first of `cells`."""
        return self.cells[0] if self.cells else None


@dataclass(frozen=True)
class Plan:
    """A table with every place looked at, and the jobs that fill the ones still empty."""

    plugin: Plugin | None
    """The table's plugin; None for a table of the command line."""
    table: Table
    protocol: Protocol
    options: Options
    places: tuple[TableSlot, ...]
    jobs: tuple[Job, ...]
    """Only what is missing in the store."""
    cached: dict[str, Record]
    """By cell key."""
    own_protocol: bool = True
    """Whether the protocol in force measures as the table's own does."""
    trainings: tuple[TrainingJob, ...] = ()
    """What has to be trained before `jobs` can run, in this order."""

    @property
    def demo(self) -> bool:
        """Whether this is measured on demo data."""
        return self.options.profile == DEMO


def make_plan(
    catalog: Catalog,
    plugin: Plugin | None,
    table: Table,
    wanted: Selection,
    options: Options,
    roots: Sequence[Path],
    store: Store | None,
    given: Mapping[str, ResolvedMethod] | None = None,
    *,
    hash_files: bool = True,
) -> Plan:
    """Look at every place of `table`.

    Raises `UnknownName`, `DataError`, `WeightsError` for what is wrong; what is missing becomes the place's `why`.
    """
    if options.profile == DEMO:
        wanted = replace(wanted, reference=True)
        table = on_demo_data(table, catalog)
    table = select(table, wanted, catalog)
    protocol = catalog.protocols.get(options.protocol or table.protocol)
    root = store.root if store else Path("results")
    weights = WeightsPolicy(options.source, options.profile, root)
    resolver = Resolver(catalog, roots, given, hash_files=hash_files, weights=weights)
    planner = _Planner(catalog, resolver, table, protocol, options)
    places = tuple(planner.place(row, column) for row in table.rows for column in table.columns)
    cached = {}
    for cell in (cell for place in places for cell in place.cells):
        record = store.done(cell.key) if store else None
        if record:
            cached[cell.key] = record
    jobs = tuple(job for job in (_without(job, cached) for job in planner.jobs()) if job.metrics)
    own_protocol = protocol.hash == catalog.protocols.get(table.protocol).hash
    # what a step costs is asked of the recipe, not of its result
    needing = [training for job in jobs if job.dataset for training in job.method.trainings]
    trainings = {training.key: training for training in needing}
    missing = tuple(training for training in trainings.values() if not training.done(root))
    return Plan(plugin, table, protocol, options, places, jobs, cached, own_protocol, missing)


def _without(job: Job, cached: dict[str, Record]) -> Job:
    return replace(job, metrics=tuple(metric for metric in job.metrics if job.cell(metric).key not in cached))


class _Planner:
    """Turns places into cells, and gathers the cells that share one pass over a dataset into jobs."""

    def __init__(
        self, catalog: Catalog, resolver: Resolver, table: Table, protocol: Protocol, options: Options
    ) -> None:
        self.catalog = catalog
        self.resolver = resolver
        self.table = table
        self.protocol = protocol
        self.options = options
        self._jobs: dict[tuple[str, str, float, int], Job] = {}
        self._published = read_published(table.published, table.id) if table.published else None

    def jobs(self) -> list[Job]:
        """All jobs, cheapest kind first: costs of models, then images."""
        return sorted(self._jobs.values(), key=lambda job: job.dataset is not None)

    def place(self, row: Row, column: Column) -> TableSlot:
        """The place at `row` and `column`; missing things become its `why`."""
        published = self._published.get(row.label, column) if self._published else None
        if column.metric not in self.catalog.metrics:
            return TableSlot(row, column, None, published, reason=f"metric {column.metric} is not installed")
        metric = self.catalog.metrics.get(column.metric)
        place = TableSlot(row, column, metric, published)
        try:
            return self._filled(place, metric)
        except Unavailable as reason:
            return replace(place, reason=str(reason))
        except UnknownName as unknown:  # a row may name what another plugin brings
            return replace(place, reason=f"{unknown.kind} {unknown.name} is not installed")

    def _filled(self, place: TableSlot, metric: MetricSpec) -> TableSlot:
        row, column = place.row, place.column
        scale = column.scale or self._only_scale()
        if row.scales and column.scale and column.scale not in row.scales:
            raise Unavailable(f"{row.label} is for {', '.join(f'x{one:g}' for one in row.scales)}")
        # before the dataset: one that is missing must not hide wrong weights, nor why a row can't be measured at all
        methods = [self._method(row, metric, scale)]
        found = self.resolver.data(column.dataset, scale, self.protocol) if metric.subject == "image" else None
        if found:
            check_sizes(methods[0].model, found.dataset)
            try:
                self.resolver.check_unseen(methods[0], found.dataset)
            except UsageError as seen:  # one cell can't be measured so; the others can
                raise Unavailable(str(seen)) from seen
        if methods[0].trainings and metric.subject == "image":  # a step costs the same from every seed
            methods += [self._method(row, metric, scale, seed) for seed in range(1, self.options.seeds)]
        ready = self.resolver.metric(metric)
        cells = tuple(self._job(method, found, scale, ready, seed) for seed, method in enumerate(methods))
        return replace(place, cells=cells, method=methods[0], copy=found.copy if found else None)

    def _method(self, row: Row, metric: MetricSpec, scale: float, seed: int = 0) -> ResolvedMethod:
        if metric.subject == "model":
            if method := self.resolver.cost_of(row, scale):
                return method
        elif row.method:
            method = self.resolver.method(row.method, scale, seed, sigma=metric.needs_sigma)
            if metric.subject == "training" and method.members:
                raise Unavailable(f"{row.label} is no single training: it is the {method.mixture}")
            if metric.subject == "training" and method.training is None:
                raise Unavailable(f"{row.label} is not trained here")
            return method
        raise Unavailable(row.reason or f"{row.label} has no method here")

    def _job(
        self, method: ResolvedMethod, found: ResolvedDataset | None, scale: float, metric: ResolvedMetric, seed: int = 0
    ) -> Cell:
        # a folder's name is not unique: two may be called `photos`
        about = method.model.name if metric.spec.subject == "model" else f"{method.name} {method.model.name}"
        # and parts of a split lie in one folder
        place = f"{found.dataset.root} {found.dataset.made}" if found else metric.spec.subject
        key = (f"{about} {method.sigma_hash}", place, scale, seed)
        # only a training's budget, and demo data, make a difference to the number
        profile = self.options.profile if method.trainings or self.options.profile == DEMO else "paper"
        job = self._jobs.get(key) or Job(
            method,
            scale,
            self.protocol,
            (),
            dataset=found.dataset if found else None,
            dataset_hash=found.hash if found else "",
            lr=found.lr if found else "",
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
