"""Target of an explanation: a cell of a paper's table, or a record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from srbench.bench.planning.job import Job
from srbench.bench.planning.plan import make_plan
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.errors import DataError, Lack, StoreError, Unavailable, UsageError
from srbench.specs.protocol import Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.bench.planning.selection import Selection
    from srbench.bench.resolve.method_weights import WeightsChoice
    from srbench.catalog import Catalog
    from srbench.inference.method import ResolvedMethod
    from srbench.published import Published
    from srbench.records.record import Record
    from srbench.registry import Plugin
    from srbench.specs.table import Table
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class ExplainTarget:
    """A cell that is ready to be measured under any protocol."""

    label: str
    """Label of the table's row, or name of the record's method."""
    job: Job
    """Job with a single metric, under the base protocol."""
    published: Published | None = None
    note: str = ""
    """Remark if the job's inputs differ from those of the record."""


def target_of_cell(
    catalog: Catalog, plugin: Plugin, table: Table, selection: Selection, options: Options, roots: tuple[Path, ...]
) -> ExplainTarget:
    """Return the single cell of a table that a selection leaves, as a target.

    Args:
        catalog: Catalog of all plugins.
        plugin: The plugin that declares the table.
        table: The table of the cell.
        selection: Selection that leaves a single cell.
        options: Options of the measurement.
        roots: Folders to search for datasets and weights.

    Raises:
        UsageError: if the selection leaves several cells or none, or the metric is not an image metric.
        DataError: if the cell can't be measured here.
    """
    _check_is_image_metric(catalog, selection.metrics[0])
    plan = make_plan(catalog, plugin, table, selection, options, roots, None)
    if len(plan.slots) != 1:
        cells = ", ".join(slot.column.place or slot.column.metric for slot in plan.slots) or "no such cell"
        raise UsageError(
            f"table {table.id}: one cell at a time can be explained, but the selection has {cells}; choose with "
            "--datasets and --scales"
        )
    (slot,) = plan.slots
    if slot.reason:
        raise DataError(f"{slot.row.label}: {slot.reason}")
    job = next(job for job in plan.jobs if slot.cell in job.cells)
    job = replace(job, metrics=tuple(metric for metric in job.metrics if job.cell(metric) == slot.cell))
    return ExplainTarget(slot.row.label, job, slot.published)


def target_of_record(
    catalog: Catalog, record: Record, options: Options, roots: tuple[Path, ...], output: Path
) -> ExplainTarget:
    """Return the cell of a record as a target, with a job that measures it again.

    Args:
        catalog: Catalog of all plugins.
        record: The record to explain.
        options: Options of the measurement.
        roots: Folders to search for datasets and weights.
        output: Output folder of the record, with the weights if srbench trained them.

    Raises:
        UsageError: if the record is a cost of a model.
        StoreError: if the record's protocol is not valid in this version.
        UnknownName: if its method, metric or dataset is not known any more.
        Unavailable: if its weights or images are not available any more.
    """
    cell = record.cell
    _check_is_image_metric(catalog, cell.metric)
    # in older records only the identity of an interpolation says that it kept grey images
    grey = {"grey": "keep"} if record.identity.get("model", {}).get("grey") == "keep" else {}
    try:
        protocol = Protocol.from_identity(cell.protocol, {**record.protocol, **grey})
    except TypeError as error:
        raise StoreError(
            f"record {cell.key}: its protocol is not valid in this version of srbench ({error}); measure the cell again"
        ) from error
    resolver = Resolver(catalog, roots, weights=WeightsPolicy(_source(record), cell.profile, output))
    metric = catalog.metrics.get(cell.metric)
    data = resolver.data(cell.dataset, cell.scale, protocol)
    method = resolver.method(cell.method, cell.scale, cell.seed, sigma=metric.needs_sigma, dataset=cell.dataset).under(
        protocol
    )
    _check_is_trained(method, output)
    dataset_hash, lr = data.inputs(method)
    job = Job(
        method,
        cell.scale,
        protocol,
        (resolver.metric(metric),),
        dataset=data.dataset,
        dataset_hash=dataset_hash,
        lr=lr,
        profile=cell.profile,
        seed=cell.seed,
        device=options.device,
        tile=options.tile,
    )
    same = job.cells == (cell,)
    return ExplainTarget(
        cell.method, job, note="" if same else "the record was made from other images, weights or versions than now"
    )


def _source(record: Record) -> WeightsChoice:
    """Return the source of weights to search: the record's; of a mean or a blend, which may have several, any."""
    choices: dict[str, WeightsChoice] = {
        "released": "released",
        "images": "images",
        "bundled": "bundled",
        "trained": "train",
    }
    mixed = {"members", "blend"} & set(record.identity)
    return "auto" if mixed else choices.get(record.source, "auto")


def _check_is_trained(method: ResolvedMethod, output: Path) -> None:
    """Check that the weights of a method that is trained here exist.

    Raises:
        Unavailable: if trainings aren't finished in the output folder; the message names all of them.
    """
    missing = {job.key: job for job in method.trainings if not job.done(output)}.values()
    if missing:
        commands = "; ".join(f"{_command(job)} --out {output}" for job in missing)
        raise Unavailable(
            f"{method.name}: not in {output}: {', '.join(job.stem for job in missing)}; train again: {commands}",
            *(Lack("training", job.recipe.name) for job in missing),
        )


def _command(job: TrainingJob) -> str:
    """Return the command that trains a job, without its output folder."""
    scale = "" if job.model.joint else f" --scales {job.scales[0]:g}"
    what = f"--recipe {job.recipe.name} --phase {job.phase.name}{scale}"
    return f"srbench train {what} --profile {job.profile} --seed {job.seed}"


def _check_is_image_metric(catalog: Catalog, metric: str) -> None:
    if catalog.metrics.get(metric).subject != "image":
        raise UsageError(
            f"metric {metric} is measured on the model: it does not depend on a protocol; choose an image metric"
        )
