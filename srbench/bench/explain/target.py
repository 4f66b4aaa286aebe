"""The number that is to be explained: a cell of a paper's table, or a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.planning.job import Job
from srbench.bench.planning.plan import Options, make_plan
from srbench.bench.resolve.resolver import Resolver
from srbench.errors import DataError, StoreError, UsageError
from srbench.specs.protocol import Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.planning.selection import Selection
    from srbench.catalog import Catalog
    from srbench.published import Published
    from srbench.records.record import Record
    from srbench.registry import Plugin
    from srbench.specs.table import Table


@dataclass(frozen=True)
class ExplainTarget:
    """One cell, ready to be measured under any protocol."""

    label: str
    """The table's row, or the record's method."""
    job: Job
    """Of one metric, under the protocol that the changes start from."""
    published: Published | None = None
    note: str = ""


def case_of_cell(
    catalog: Catalog, plugin: Plugin, table: Table, wanted: Selection, options: Options, roots: tuple[Path, ...]
) -> ExplainTarget:
    """The one cell of `table` that `wanted` leaves.

    Raises `UsageError` where there are several or it isn't about images, `DataError` where it can't be measured here.
    """
    _about_images(catalog, wanted.metrics[0])
    plan = make_plan(catalog, plugin, table, wanted, options, roots, None)
    if len(plan.places) != 1:
        found = ", ".join(f"{place.column.dataset} x{place.column.scale:g}" for place in plan.places) or "no such cell"
        raise UsageError(f"one cell at a time, and table {table.id} has {found}: choose with --dataset and --scale")
    (place,) = plan.places
    if place.reason:
        raise DataError(f"{place.row.label}: {place.reason}")
    (job,) = plan.jobs
    return ExplainTarget(place.row.label, job, place.published)


def case_of_record(catalog: Catalog, record: Record, options: Options, roots: tuple[Path, ...]) -> ExplainTarget:
    """What `record` holds, as far as it can be measured again.

    Raises `UsageError` for the cost of a model, `UnknownName` and `Unavailable` for what isn't here any more.
    """
    cell = record.cell
    _about_images(catalog, cell.metric)
    try:
        protocol = Protocol.from_identity(cell.protocol, record.protocol)
    except TypeError as error:
        raise StoreError(f"record {cell.key}: not a protocol of this srbench ({error})") from error
    resolver = Resolver(catalog, roots)
    metric = catalog.metrics.get(cell.metric)
    found = resolver.data(cell.dataset, cell.scale, protocol)
    job = Job(
        resolver.method(cell.method, cell.scale, sigma=metric.needs_sigma),
        cell.scale,
        protocol,
        (resolver.metric(metric),),
        dataset=found.dataset,
        dataset_hash=found.hash,
        lr=found.lr,
        profile=cell.profile,
        seed=cell.seed,
        device=options.device,
        tile=options.tile,
    )
    same = job.cells == (cell,)
    return ExplainTarget(
        cell.method, job, note="" if same else "the record is of other images, weights or versions than these"
    )


def _about_images(catalog: Catalog, metric: str) -> None:
    if catalog.metrics.get(metric).subject != "image":
        raise UsageError(f"metric {metric} is of a model: no protocol stands between it and its number")
