"""Evaluation of an architecture: its training, and a record of its PSNR on the recipe's validation images."""

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
from srbench.training.storage.card import CARD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from srbench.catalog import Catalog
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
    def timed(self) -> bool:
        """False, since the evaluation does not measure time."""
        return False

    @property
    def cell(self) -> Cell:
        """Cell of the record; its key depends on the training's key, so that all searches share the record."""
        identity = json.dumps({"evaluation": VERSION, "training": self.job.key}, sort_keys=True)
        key = hashlib.sha256(identity.encode()).hexdigest()
        job = self.job
        return Cell(self.label, HELD_OUT, job.scales[0], "standard", METRIC, job.profile, job.seed, key)

    def run(self, on_image: Callable[[str], None] = lambda _name: None) -> list[Record]:
        """Train the architecture, or resume its training, and return its record.

        Errors of the architecture are not raised. If the training diverges, the record has no value, but it counts as
        measured and is not tried again; any other error gives a failed record.
        """
        began = time.perf_counter()
        try:
            _ = Cost(self.job).params
        except SrbenchError as error:  # not bad input: only this architecture can't be built
            return self.failed(error, bad_input=False)
        try:
            record = self._record(self._train())
        except Diverged as finding:
            record = Record(self.cell, "ok", {}, missing={HELD_OUT: f"diverged: {finding}"}, error=str(finding))
        except Exception as error:  # noqa: BLE001 - any error of a plugin's code becomes a failed record
            return self.failed(error)
        on_image(HELD_OUT)
        return [replace(record, seconds=time.perf_counter() - began, **self._provenance())]

    def failed(self, reason: Exception, *, bad_input: bool = True) -> list[Record]:
        """Return the record of a failure, which the next search tries again.

        An `SrbenchError` counts as bad input, which would fail any architecture, unless `bad_input` is False.
        """
        text = " ".join(str(reason).split())
        message = text if isinstance(reason, SrbenchError) else f"{type(reason).__name__}: {text}"
        trace = "".join(tracebacks.format_exception(reason))
        expected = isinstance(reason, SrbenchError)
        return [Record(self.cell, "failed", {}, error=message, traceback=trace, bad_input=expected and bad_input)]

    def _train(self) -> dict[str, Any]:
        from srbench.catalog import load_catalog
        from srbench.training.run import Hardware, TrainingRun

        catalog = load_catalog()
        in_main = multiprocessing.parent_process() is None  # only the main process has observers
        observe = catalog.training_step if in_main else lambda _state: None
        machine = Hardware(self.device)
        path = TrainingRun(catalog, self.roots, self.root, machine, on_existing="either", observe=observe).train(
            self.job
        )
        card: dict[str, Any] = json.loads((path.parent / CARD).read_text(encoding="utf-8"))
        return card

    def _record(self, card: dict[str, Any]) -> Record:
        validation = card["validation"]
        best = self.job.phase.keep == "best"
        psnr = validation["best_psnr"] if best else (validation["last"] or {}).get("psnr")
        if psnr is None:
            raise UsageError(
                f"recipe {self.job.recipe.name}: no image is held out to measure architectures on; set hold_out to 1 "
                "or more, and train on 4 images or more"
            )
        fingerprint = validation.get("fingerprint") or card["images"]["fingerprint"]
        return Record(self.cell, "ok", {HELD_OUT: psnr}, psnr, dataset_fingerprint=fingerprint, training=card)

    def _provenance(self) -> dict[str, Any]:
        from srbench.device import device_name, pick_device
        from srbench.provenance import versions

        return {"device": device_name(pick_device(self.device)), "versions": versions()}


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
