"""Evaluating an architecture: it is trained, and its PSNR on the recipe's validation images is a record."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import time
import traceback as tracebacks
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from srbench.errors import Diverged, SrbenchError, UsageError
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.search.costs import Cost
from srbench.training.job import make_job
from srbench.training.storage.card import TrainingCard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.specs.search_space import Architecture, SearchSpace
    from srbench.training.job import TrainingJob

VERSION = 1
"""Raised whenever what is measured of a trained architecture changes; part of a record's key."""
METRIC = "validation-psnr"
HELD_OUT = "validation"


@dataclass(frozen=True)
class Evaluation:
    """One architecture to train and measure: plain data that an executor runs, in any process."""

    label: str
    """``drn features=16,blocks=4``."""
    job: TrainingJob
    roots: tuple[Path, ...]
    root: Path
    """Output folder: the training's folder lies in its ``training/``."""
    device: str = "auto"

    @property
    def timed(self) -> bool:
        """No: a training takes what time it takes."""
        return False

    @property
    def cell(self) -> Cell:
        """Its record's name: by the training's key, so that any search over the same architecture finds it."""
        identity = json.dumps({"evaluation": VERSION, "training": self.job.key}, sort_keys=True)
        key = hashlib.sha256(identity.encode()).hexdigest()
        job = self.job
        return Cell(self.label, HELD_OUT, job.scales[0], "standard", METRIC, job.profile, job.seed, key)

    def run(self, on_image: Callable[[str], None] = lambda _name: None) -> list[Record]:
        """Train, or go on where a training was stopped. Never raises for the architecture's fault.

        One that diverges gives a record without a value, which is a finding and never tried again; whatever else goes
        wrong gives a failed one.
        """
        began = time.perf_counter()
        try:
            _ = Cost(self.job).params
        except SrbenchError as error:  # this architecture can't be built; others can
            return self.failed(error, bad_input=False)
        try:
            record = self._record(self._train())
        except Diverged as finding:
            record = Record(self.cell, "ok", {}, missing={HELD_OUT: f"diverged: {finding}"}, error=str(finding))
        except Exception as error:  # noqa: BLE001 - whatever a plugin's code raises belongs into its record
            return self.failed(error)
        on_image(HELD_OUT)
        return [replace(record, seconds=time.perf_counter() - began, **self._provenance())]

    def failed(self, reason: Exception, *, bad_input: bool = True) -> list[Record]:
        """The record of a failure, which is tried again next time.

        An error of srbench's is the input's fault, and would fail any architecture, but where `bad_input` denies it.
        """
        text = " ".join(str(reason).split())
        said = text if isinstance(reason, SrbenchError) else f"{type(reason).__name__}: {text}"
        trace = "".join(tracebacks.format_exception(reason))
        ours = isinstance(reason, SrbenchError)
        return [Record(self.cell, "failed", {}, error=said, traceback=trace, bad_input=ours and bad_input)]

    def _train(self) -> TrainingCard:
        from srbench.catalog import load_catalog
        from srbench.training.run import Hardware, TrainingRun

        catalog = load_catalog()
        in_main = multiprocessing.parent_process() is None  # observers live there only
        observe = catalog.training_step if in_main else lambda _state: None
        machine = Hardware(self.device)
        path = TrainingRun(catalog, self.roots, self.root, machine, on_existing="either", observe=observe).train(
            self.job
        )
        return TrainingCard.read(path.parent)

    def _record(self, card: TrainingCard) -> Record:
        best = self.job.phase.keep == "best"
        psnr = card.best_psnr if best else card.last_psnr
        if psnr is None:
            raise UsageError(
                f"recipe {self.job.recipe.name}: no image is held out to measure architectures on; hold_out of 1 or "
                "more, and 4 images or more"
            )
        fingerprint = card.validation_fingerprint
        return Record(self.cell, "ok", {HELD_OUT: psnr}, psnr, dataset_fingerprint=fingerprint, training=card.document)

    def _provenance(self) -> dict[str, Any]:
        from srbench.device import device_name, pick_device
        from srbench.provenance import versions

        return {"device": device_name(pick_device(self.device)), "versions": versions()}


def training_of(
    catalog: Catalog, space: SearchSpace, architecture: Architecture, profile: str, seed: int
) -> TrainingJob:
    """The job that trains `architecture` at the budget of `profile`. Raises as `make_job`."""
    job = make_job(catalog, space.recipe, profile, seed, scale=space.scale)
    kwargs = {**job.model.kwargs, **space.kwargs, **architecture}
    name = f"{space.name}-{space.label(architecture).replace(',', '-').replace('=', '')}"
    # another size of network looks elsewhere: its receptive field is unknown
    return replace(
        job, model=replace(job.model, kwargs=kwargs, receptive_radius=None), recipe=replace(job.recipe, name=name)
    )
