"""Planner: resolves the slots of a table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from srbench.bench.planning.job import Job
from srbench.bench.planning.jobs import Jobs
from srbench.bench.planning.kept_records import KeptRecords, NotKept
from srbench.bench.planning.lookups import Lookups
from srbench.bench.planning.slot import Alternative, TableSlot
from srbench.bench.resolve.absent import absent_resolvers
from srbench.bench.resolve.compatibility import check_sizes
from srbench.bench.resolve.costs import cost_of
from srbench.errors import (
    DataError,
    Lack,
    PluginError,
    SrbenchError,
    Unavailable,
    UnknownName,
    UsageError,
    WeightsError,
)
from srbench.published import published_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.planning.options import Options
    from srbench.bench.resolve.resolved import ResolvedMetric
    from srbench.bench.resolve.resolver import Resolver
    from srbench.catalog import Catalog
    from srbench.inference.method import ResolvedMethod
    from srbench.records.cell import Cell
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.table import Column, Row, Table


class Planner:
    """Resolver of a table's slots, which groups cells that share one pass over a dataset into jobs.

    Args:
        catalog: The catalog in which names are looked up.
        resolver: Resolver of methods, datasets and metrics.
        table: The table.
        protocol: Protocol of rows without a rule of their own.
        options: Settings of the measurement.
        cell_of: Function that returns the cell of a metric of a job; another one finds a record (`KeptRecords.cell`).
        measures: Whether the slots will be measured; if not, times of another machine fill them, and damaged weights or
            images are a reason too.
    """

    def __init__(
        self,
        catalog: Catalog,
        resolver: Resolver,
        table: Table,
        protocol: Protocol,
        options: Options,
        cell_of: Callable[[Job, ResolvedMetric], Cell] = Job.cell,
        *,
        measures: bool = True,
    ) -> None:
        self._records: KeptRecords | None = None
        self._measures = measures
        self._absent: list[Planner] = []
        self.catalog = catalog
        self.resolver = resolver
        self._lookups = Lookups(resolver)
        self.table = table
        self.protocol = protocol
        self.options = options
        self._jobs = Jobs(options, cell_of, hash_files=resolver.hash_files)
        self._published = published_table(table.published, table.id)

    def keep(self, records: KeptRecords) -> None:
        """Fill slots from `records`, those of earlier runs, where data or weights are not at hand."""
        self._records = records
        table = replace(self.table, published="")  # published values are looked up here
        self._absent = [
            Planner(self.catalog, absent, table, self.protocol, self.options, records.cell)
            for absent in absent_resolvers(self.resolver)
        ]

    def jobs(self) -> list[Job]:
        """Return all jobs, the cheapest kind first: costs of models, then images."""
        return self._jobs.cheapest_first()

    def slot(self, row: Row, column: Column) -> TableSlot:  # noqa: PLR0911 - one for each reason
        """Return the slot at `row` and `column`; anything missing becomes its `reason`."""
        published = self._published.get(row.label, column)
        try:
            protocol = self._protocol_of(row)
            printed = row.rule.protocol if row.rule else self.table.protocol
            printed_under = self.catalog.protocols.get(printed).of_row(row.grey)
        except UnknownName as unknown:  # a rule may refer to another plugin's protocol
            lack = Lack("package", f"{unknown.kind} {unknown.name}")
            reason = f"{lack.name} is not installed"
            return TableSlot(row, column, None, published, self.protocol, reason=reason, lacks=(lack,))
        if column.metric not in self.catalog.metrics:
            lack, reason = Lack("package", column.metric), f"metric {column.metric} is not installed"
            return TableSlot(row, column, None, published, protocol, reason=reason, lacks=(lack,))
        metric = self.catalog.metrics.get(column.metric)
        slot = TableSlot(row, column, metric, published, protocol, protocol.hash == printed_under.hash)
        try:
            filled = self._filled(slot, metric)
            filled = self._filled_by_other_machine(slot, filled, metric)
            return self._preferred(filled, metric)
        except Unavailable as reason:
            return self._kept(slot, metric, str(reason), reason.lacks)
        except UnknownName as unknown:  # a row may refer to another plugin's method or dataset
            lack = Lack("package", f"{unknown.kind} {unknown.name}")
            return replace(slot, reason=f"{lack.name} is not installed", lacks=(lack,))
        except PluginError as broken:  # a row may refer to a method that cannot be used
            return replace(slot, reason=str(broken))
        except (WeightsError, DataError) as damaged:
            if self._measures:
                raise  # a run needs them
            lacks = self._another_copy(row, column, protocol) if isinstance(damaged, DataError) else ()
            return self._kept(slot, metric, str(damaged), lacks)

    def _another_copy(self, row: Row, column: Column, protocol: Protocol) -> tuple[Lack, ...]:
        """Return what has to be replaced where images can't be used: those of the dataset, else the row's SR images."""
        try:
            self._lookups.data(column.dataset, column.scale or self._only_scale, protocol)
        except DataError:
            return (Lack("data", column.dataset),)
        except SrbenchError:
            return ()
        images = self.catalog.methods.get(row.method).images if row.method in self.catalog.methods else ""
        return (Lack("images", images),) if images else ()

    def _protocol_of(self, row: Row) -> Protocol:
        """Return the protocol of a row: the user's, else that of the row's rule, else that of the table."""
        if self.options.protocol:
            return self.protocol
        return (self.catalog.protocols.get(row.rule.protocol) if row.rule else self.protocol).of_row(row.grey)

    def _filled(self, slot: TableSlot, metric: MetricSpec) -> TableSlot:
        """Return the slot with its cells, which are added to the jobs.

        Raises:
            Unavailable: if it cannot be measured here.
        """
        row, column = slot.row, slot.column
        scale = column.scale or self._only_scale
        if row.scales and column.scale and column.scale not in row.scales:
            raise Unavailable(f"{row.label} is for {', '.join(f'x{allowed:g}' for allowed in row.scales)}")
        # the method is resolved before the dataset: a missing dataset must not hide damaged weights or the reason why
        # the row cannot be measured at all
        methods = [self._method(row, column, metric, scale)]
        data = self._lookups.data(column.dataset, scale, slot.protocol) if metric.subject == "image" else None
        if data:
            check_sizes(methods[0].model, data.dataset)
            try:
                self.resolver.check_unseen(methods[0], data.dataset)
            except UsageError as seen:  # affects this cell only; the others can be measured
                raise Unavailable(str(seen)) from seen
        if methods[0].trainings and metric.subject == "image":  # the cost of a training step is the same for all seeds
            methods += [self._method(row, column, metric, scale, seed) for seed in range(1, self.options.seeds)]
        resolved_metric = self._lookups.metric(metric)
        protocol = slot.protocol
        cells = tuple(
            self._jobs.add(method, data, scale, resolved_metric, protocol, seed) for seed, method in enumerate(methods)
        )
        alternatives = self._alternatives(slot, methods[0], scale) if slot.published else ()
        copy = data.copy if data else None
        lr = data.lr if data and not methods[0].images else ""
        remarks = data.dataset.remarks_at(scale, lr) if data else ()
        return replace(slot, cells=cells, method=methods[0], copy=copy, alternatives=alternatives, data_remarks=remarks)

    def _alternatives(self, slot: TableSlot, method: ResolvedMethod, scale: float) -> tuple[Alternative, ...]:
        """Return the measurements to compare an inferred rule, or a count by convention, with."""
        rule, metric = slot.row.rule, slot.metric
        if metric is None:
            return ()
        if metric.subject != "image":
            counts = [self._lookups.metric(self.catalog.metrics.get(name)) for name in metric.conventions]
            return tuple(
                Alternative(count.spec.name, self._jobs.add(method, None, scale, count, slot.protocol), convention=True)
                for count in counts
            )
        if rule is None or not rule.inferred or self.options.protocol:
            return ()
        alternatives = []
        for name in rule.others:
            protocol = self.catalog.protocols.get(name).of_row(slot.row.grey)
            data = self._lookups.data(slot.column.dataset, scale, protocol)
            with suppress(NotKept):  # an earlier run had no such alternative
                cell = self._jobs.add(method, data, scale, self._lookups.metric(metric), protocol)
                alternatives.append(Alternative(name, cell))
        return tuple(alternatives)

    def _kept(self, slot: TableSlot, metric: MetricSpec, reason: str, lacks: tuple[Lack, ...] = ()) -> TableSlot:
        """Return the slot filled by records of earlier runs; with `reason` if none or several would fill it.

        Args:
            slot: The slot.
            metric: Its metric.
            reason: Reason why it cannot be measured here.
            lacks: Things that are missing to measure it.
        """
        row, column = slot.row, slot.column
        method = self.catalog.methods.get(row.method).name if row.method in self.catalog.methods else ""
        if self._records and self._records.has_any(method, metric.name, column.scale):
            for planner in self._absent:
                try:
                    filled = planner._filled(slot, metric)  # noqa: SLF001 - the same class
                except NotKept as error:
                    reason += f"; {error}" if error.args[0] and error.args[0] not in reason else ""
                    continue
                except SrbenchError:  # nothing that could have been measured
                    continue
                copy = self._records.copy(filled.cells[0], self.catalog)
                return replace(filled, copy=copy, kept=f"from the records of {self._records.root.name} ({reason})")
        return replace(slot, reason=reason, lacks=lacks)

    def _filled_by_other_machine(self, slot: TableSlot, filled: TableSlot, metric: MetricSpec) -> TableSlot:
        """Return the slot with the times or memory of another machine, where they will not be measured on this one."""
        if self._measures or metric.repeatable or not self._records or self._records.has(filled.cells):
            return filled
        kept = self._kept(slot, metric, "measured on another machine")
        return kept if kept.cells else filled

    def _preferred(self, filled: TableSlot, metric: MetricSpec) -> TableSlot:
        """Return the slot filled by a record of weights that `auto` prefers but that are not at hand; else `filled`."""
        source = filled.method.source if filled.method else ""
        if source not in {"bundled", "trained"} or metric.subject != "image" or self.options.source != "auto":
            return filled
        name = filled.row.method
        if name in self.resolver.user_methods or not self.catalog.methods.get(name).weights_names:
            return filled
        empty = replace(filled, cells=(), method=None, copy=None, alternatives=())
        kept = self._kept(empty, metric, f"only {source} weights of {filled.row.label} are at hand")
        return kept if kept.method and kept.method.source != source else filled

    def _method(self, row: Row, column: Column, metric: MetricSpec, scale: float, seed: int = 0) -> ResolvedMethod:
        """Return the method of a row, or for the cost of a model its network without weights.

        Raises:
            Unavailable: if the row has no method or network here, or if it is not what the metric measures.
        """
        if metric.subject == "model":
            if method := cost_of(self.resolver, row, scale):
                return method
        elif row.method:
            dataset = column.dataset if metric.subject == "image" else ""
            method = self._lookups.method(row.method, scale, seed, sigma=metric.needs_sigma, dataset=dataset)
            if metric.subject == "training" and method.members:
                raise Unavailable(f"{row.label} is not a single training but the {method.mixture}")
            if metric.subject == "training" and method.training is None:
                raise Unavailable(f"{row.label} is not trained here")
            return method
        raise Unavailable(row.reason or f"{row.label} has no {'network' if row.method else 'method'} here")

    @cached_property
    def _only_scale(self) -> float:
        """Scale of columns without one: the largest of the table, 4 if no column has one."""
        scales = {column.scale for column in self.table.columns if column.scale}
        return max(scales) if scales else 4.0
