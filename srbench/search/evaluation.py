"""Evaluation of an architecture: its training, and a record of its PSNR on the recipe's validation images."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from srbench.errors import CODE_ERRORS, Diverged, SrbenchError, UsageError, one_line, trace_text
from srbench.execution.task import Needs
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.search.costs import Cost
from srbench.storage.canonical_hash import canonical_hash
from srbench.training.job import make_job
from srbench.training.storage.card import TrainingCard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.execution.task import Report
    from srbench.specs.search_space import Architecture, SearchSpace
    from srbench.training.job import TrainingJob

VERSION = 1
"""Version of the evaluation, part of a record's key; to be increased whenever the evaluation changes."""
METRIC = "validation-psnr"
"""Metric name in the records."""
HELD_OUT = "validation"
"""Dataset name in the records."""


@dataclass(frozen=True)
class Evaluation:
    """Job that trains and measures one architecture: plain data that an executor runs in any process."""

    label: str
    """Label of the architecture: ``drn features=16,blocks=4``."""
    job: TrainingJob
    roots: tuple[Path, ...]
    """Folders to search for datasets."""
    root: Path
    """Output folder; the folder of the training is in its ``training/``."""
    device: str = "auto"

    @property
    def key(self) -> str:
        """Key of the task in the graph of tasks."""
        return f"evaluate {self.job.key}"

    @property
    def after(self) -> tuple[str, ...]:
        """Keys of the tasks to wait for: none, as the evaluation trains by itself."""
        return ()

    @property
    def needs(self) -> Needs:
        """Resources that the training needs."""
        return Needs(self.device)

    def run(self, report: Report) -> list[Record]:
        """Train and measure the architecture, as `evaluate`."""
        return evaluate(self, report)

    @property
    def cell(self) -> Cell:
        """Cell of the record, keyed by the training, so that any search over the same architecture finds it."""
        job, key = self.job, canonical_hash(self.identity)
        return Cell(self.label, HELD_OUT, job.scales[0], "standard", METRIC, job.profile, job.seed, key)

    @property
    def identity(self) -> dict[str, Any]:
        """Data that the record's key is hashed from: the training and `VERSION`."""
        return {"evaluation": VERSION, "training": self.job.key}

    def train(self) -> TrainingCard:
        """Train the architecture, and return the card of the training.

        Raises:
            SrbenchError: as `TrainingRun.train`.
        """
        from srbench.catalog import load_catalog
        from srbench.training.run import Hardware, TrainingRun

        catalog = load_catalog()
        in_main = multiprocessing.parent_process() is None  # only the main process has observers
        observe = catalog.training_step if in_main else lambda _state: None
        machine = Hardware(self.device)
        path = TrainingRun(catalog, self.roots, self.root, machine, on_existing="either", observe=observe).train(
            self.job
        )
        return TrainingCard.read(path.parent)

    def record_of(self, card: TrainingCard) -> Record:
        """Return the record of a finished training.

        Raises:
            UsageError: if the training was not validated.
        """
        keeps_best = self.job.phase.keep == "best"
        psnr = card.best_psnr if keeps_best else card.last_psnr
        if psnr is None:
            raise UsageError(
                f"recipe {self.job.recipe.name}: no image is held out to measure architectures on; set hold_out to 1 "
                "or more, and train on 4 images or more"
            )
        fingerprint = card.validation_fingerprint
        return Record(self.cell, "ok", {HELD_OUT: psnr}, psnr, dataset_fingerprint=fingerprint, training=card.document)

    def provenance(self) -> dict[str, Any]:
        """Return the device and the versions, as fields of a record."""
        from srbench.device import device_name, pick_device
        from srbench.provenance import versions

        return {"device": device_name(pick_device(self.device)), "versions": versions()}


def evaluate(task: Evaluation, on_image: Callable[[str], None] = lambda _name: None) -> list[Record]:
    """Train an architecture, or resume a training that was stopped, and return its record.

    Errors of the architecture are not raised. A training that diverges gives a record without a value, which is final;
    any other error gives a failed record, which is tried again next time.
    """
    began = time.perf_counter()
    try:
        Cost(task.job).check()
    except SrbenchError as error:  # this architecture can't be built; others can
        return evaluation_failed(task, error, bad_input=False)
    try:
        record = task.record_of(task.train())
    except Diverged as error:
        record = Record(task.cell, "ok", {}, missing={HELD_OUT: f"diverged: {error}"}, error=str(error))
    except CODE_ERRORS as error:  # whatever a plugin's code raises belongs into its record
        return evaluation_failed(task, error)
    on_image(HELD_OUT)
    record = replace(record, identity=task.identity, seconds=time.perf_counter() - began, **task.provenance())
    return [record]


def evaluation_failed(task: Evaluation, reason: BaseException, *, bad_input: bool = True) -> list[Record]:
    """Return the record of a failed evaluation, which is tried again next time.

    Args:
        task: The evaluation that failed.
        reason: The error. One that srbench raises is caused by the input, and would fail any architecture.
        bad_input: False if this architecture alone causes the error, even though srbench raised it.
    """
    raised_by_srbench = isinstance(reason, SrbenchError)
    record = Record(
        task.cell,
        "failed",
        {},
        error=one_line(reason),
        traceback=trace_text(reason),
        bad_input=raised_by_srbench and bad_input,
        identity=task.identity,
    )
    return [record]


def training_of(
    catalog: Catalog, space: SearchSpace, architecture: Architecture, profile: str, seed: int
) -> TrainingJob:
    """Return the job that trains `architecture`.

    Args:
        catalog: Catalog that holds the recipe and the model.
        space: The search space.
        architecture: The keyword arguments of the model.
        profile: The profile, which sets the budget.
        seed: Seed of the training.

    Raises:
        SrbenchError: as `make_job`.
    """
    job = make_job(catalog, space.recipe, profile, seed, scale=space.scale)
    kwargs = {**job.model.kwargs, **space.kwargs, **architecture}
    name = f"{space.name}-{space.label(architecture).replace(',', '-').replace('=', '')}"
    # the receptive field declared for the model does not hold for another size of it
    return replace(
        job, model=replace(job.model, kwargs=kwargs, receptive_radius=None), recipe=replace(job.recipe, name=name)
    )
