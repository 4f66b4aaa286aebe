"""Runs of training jobs: each phase in its folder, started or resumed."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from srbench.data.datasets.finder import DatasetFinder
from srbench.data.training_set.sources import check_unseen, find_source, training_images
from srbench.data.training_set.training_set import load_training_set, split
from srbench.errors import StoreError, TrainingError, UsageError
from srbench.storage.atomic import output_folder
from srbench.storage.json_file import read_json
from srbench.training.batches.sampler import PatchSampler
from srbench.training.card_contents import card_document
from srbench.training.fabric import Precision, make_fabric
from srbench.training.layout import fastest_layout
from srbench.training.learner import build_network
from srbench.training.nearest_training import stopped
from srbench.training.objective.objective import build_objective
from srbench.training.recipe.differences import differences
from srbench.training.storage.card import TrainingCard, has_older_identity
from srbench.training.storage.checkpoint import write_json
from srbench.training.storage.finished import unfinished
from srbench.training.storage.folder import new_training
from srbench.training.storage.inputs import check_inputs
from srbench.training.storage.lock import training_lock
from srbench.training.storage.names import CARD, RECIPE, STATE, TRAININGS, training_folders
from srbench.training.trainer import PhaseTrainer, ReportSchedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lightning_fabric import Fabric

    from srbench.catalog import Catalog
    from srbench.data.training_set.training_set import TrainingSet
    from srbench.training.job import TrainingJob
    from srbench.training.monitoring.reporter import Observe

OnExisting = Literal["new", "resume", "restart", "either"]
"""Policy for a training that has been started already.

``new`` refuses it, ``resume`` continues it and ``restart`` removes it first. ``resume`` also refuses to start a
training beside a stopped one of the same name with another recipe; ``either`` continues or starts without this check.
"""


@dataclass(frozen=True)
class Hardware:
    """The hardware to train on: recorded in the card, but not part of the job's key."""

    device: str = "auto"
    precision: Precision = "auto"
    devices: int = 1
    """Number of processes, one per device."""


@dataclass(frozen=True)
class TrainingRun:
    """Settings shared by trainings: where to find data, where to write results, and on which hardware to run."""

    catalog: Catalog
    roots: Sequence[Path]
    """Folders with datasets and weights."""
    root: Path
    """Output folder; each training has its own folder in ``training/`` there."""
    hardware: Hardware = field(default_factory=Hardware)
    schedule: ReportSchedule = field(default_factory=ReportSchedule)
    on_existing: OnExisting = "resume"
    observe: Observe = lambda _state: None
    announce: Callable[[str], None] = lambda _text: None
    """Function that receives messages: the step at which a stopped training resumes, and which phases are finished."""

    @property
    def finder(self) -> DatasetFinder:
        """Finds the training and validation images."""
        return DatasetFinder(self.roots, self.catalog.datasets)

    def train(self, job: TrainingJob) -> Path:
        """Return the file with the weights of `job`, after training its phases unless they are finished.

        Raises:
            TrainingError: if the training has been started already or with another recipe (see `OnExisting`), or if
                its loss diverges.
            DataError: if images are missing or damaged.
            StoreError: if a file cannot be written.
        """
        fabric = make_fabric(self.hardware.device, self.hardware.precision, self.hardware.devices)
        if not job.done(self.root) or self.on_existing == "restart":
            for images in (*job.recipe.data, *job.recipe.validation):
                find_source(images, self.finder)
            for phase in job.recipe.phases[1:]:  # reports what a later phase lacks before the first is trained
                build_objective(phase, job.losses, job.loss_weights, self.roots)
        return self._train(job, fabric)

    def _train(self, job: TrainingJob, fabric: Fabric) -> Path:
        folder = job.folder(self.root)
        if job.done(self.root) and self.on_existing != "restart":
            return job.weights(self.root)
        # named by key: another recipe with the same first phases would use another folder name
        with self._alone(job, folder) if fabric.is_global_zero else nullcontext():
            if fabric.is_global_zero and (not job.done(self.root) or self.on_existing == "restart"):
                self._prepare(job, folder)
            fabric.barrier()
            if job.done(self.root):  # finished by another process while this one waited
                return job.weights(self.root)
            return self._train_alone(job, folder, fabric)

    @contextmanager
    def _alone(self, job: TrainingJob, folder: Path) -> Iterator[None]:
        """Hold the lock of a training; if it fails before its first checkpoint, no folder is left."""
        folders = self.root / TRAININGS
        wait = self.on_existing in {"resume", "either"}
        with (
            output_folder(folders),
            training_lock(folders / f".{job.key[:12]}.lock", folder, wait=wait),
            new_training(folder, restart=self.on_existing == "restart"),
        ):
            yield

    def _train_alone(self, job: TrainingJob, folder: Path, fabric: Fabric) -> Path:
        earlier = replace(self, on_existing="either") if self.on_existing == "restart" else self
        if job.before and job.before.done(self.root):
            self.announce(f"{job.recipe.name} {job.before.phase.name}: already finished")
        start = earlier._train(job.before, fabric) if job.before else job.start  # noqa: SLF001 - the same class
        whole, images, held_out = self._images(job)
        taken: list[str] = []
        network = build_network(job, start, taken.append, device=fabric.device.type)
        objective = build_objective(job.phase, job.losses, job.loss_weights, self.roots)
        trainer = PhaseTrainer(
            job,
            folder,
            fabric,
            network,
            objective,
            self._sampler(job, images, fabric),
            held_out,
            self.schedule,
            self.observe,
        )
        if fabric.is_global_zero:
            check_inputs(folder, whole, held_out if job.recipe.validation else None, objective.weights_used)
        started, step = time.monotonic(), trainer.step
        if step:
            self.announce(f"{job.recipe.name} {job.phase.name}: goes on at step {step} of {job.phase.budget.steps}")
        path = trainer.run()
        if fabric.is_global_zero:
            card = card_document(job, path, start, objective, whole, images, held_out, fabric, trainer.reporter)
            if taken:
                card["started_from"]["taken"] = "; ".join(taken)
            card["seconds"] = {"this_run": round(time.monotonic() - started, 1), "from_step": step}
            TrainingCard(card).write(folder / CARD)
        fabric.barrier()
        return path

    def _images(self, job: TrainingJob) -> tuple[TrainingSet, TrainingSet, TrainingSet]:
        """Return all images of the recipe's data, those to train on, and those for validation.

        Raises:
            UsageError: if no image is held out to choose the best weights by, or a validation image is trained on.
        """
        whole = load_training_set(
            job.recipe.data,
            self.finder,
            scales=job.scales,
            lr_mode=job.recipe.lr_mode,
            online=job.recipe.online,
            least_correlation=job.recipe.least_correlation,
            # the largest patch of all phases, so that all leave out and hold out the same images
            patch=max(phase.budget.patch for phase in job.recipe.phases),
        )
        if job.recipe.validation:
            images, held_out = whole, self._validation(job)
            self._check_pictures(whole, held_out)
        else:  # at most a quarter is held out, for sets of a few images such as the demo's
            images, held_out = split(whole, min(job.recipe.hold_out, len(whole) // 4))
        if job.phase.keep == "best" and not len(held_out):
            raise UsageError(
                f"recipe {job.recipe.name}: phase {job.phase.name} keeps the best weights, but of {len(whole)} images "
                "none is held out to choose them by; take 4 images or more, and hold_out of 1 or more"
            )
        return whole, images, held_out

    def _validation(self, job: TrainingJob) -> TrainingSet:
        """Return the images of the recipe's validation sets, of any size; none of them may be a training image."""
        recipe = job.recipe
        trained_on = training_images(recipe.data, self.finder)
        files = [image.files for image in training_images(recipe.validation, self.finder)]
        check_unseen(trained_on, files, f"validation set {', '.join(recipe.validation)}")
        return load_training_set(
            recipe.validation,
            self.finder,
            scales=job.scales,
            lr_mode=recipe.lr_mode,
            online=recipe.online,
            least_correlation=recipe.least_correlation,
            patch=math.ceil(max(job.scales)) if recipe.online else 1,
        )

    @staticmethod
    def _check_pictures(whole: TrainingSet, held_out: TrainingSet) -> None:
        """Check that no validation image has the same pixels as a training image."""
        trained_on = dict(zip(whole.digests, whole.names, strict=True))
        for name, digest in zip(held_out.names, held_out.digests, strict=True):
            if twin := trained_on.get(digest):
                raise UsageError(
                    f"validation image {name} is the same picture as training image {twin}; remove one of them"
                )

    def _sampler(self, job: TrainingJob, images: TrainingSet, fabric: Fabric) -> PatchSampler:
        budget = job.phase.budget
        return PatchSampler(
            images,
            scales=job.scales,
            batch=budget.batch // budget.parts,
            patch=budget.patch,
            seed=[job.seed, len(job.recipe.phases)],
            device=str(fabric.device),
            augment=job.recipe.augment,
            rank=fabric.global_rank,
            world=fabric.world_size,
            layout=fastest_layout(fabric.device.type),
        )

    def _prepare(self, job: TrainingJob, folder: Path) -> None:
        """Create the folder and its recipe file, or refuse to (see `OnExisting`)."""
        started = (folder / STATE).is_file()
        if started and self.on_existing == "new" and (folder / CARD).exists():
            raise TrainingError(
                f"{folder}: was finished, but {unfinished(folder)}; --resume ends it again from its last checkpoint, "
                "--restart begins anew"
            )
        if started and self.on_existing == "new":
            raise TrainingError(f"{folder}: begun already; --resume goes on with it, --restart begins anew")
        if not started and self.on_existing == "resume":
            self._refuse_changed(job)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}") from error
        write_json(folder / RECIPE, job.identity)

    def _refuse_changed(self, job: TrainingJob) -> None:
        """Refuse to start a training beside one of the same name that was stopped, with another recipe."""
        for folder in training_folders(self.root, f"{job.stem}-*"):
            if stopped(folder):
                advice = "restore it, train without --resume, or begin anew with --restart"
                recipe = read_json(folder / RECIPE, TrainingError, advice)
                if not isinstance(recipe, dict):
                    raise TrainingError(f"{folder / RECIPE}: damaged (not a JSON object); {advice}")
                if has_older_identity(recipe):
                    raise TrainingError(
                        f"{folder}: stopped before its end under an older srbench, which this one can't resume; train "
                        "without --resume, or finish it with that version"
                    )
                changed = differences(recipe, job.identity)
                raise TrainingError(
                    f"{folder}: stopped before its end, with another recipe ({'; '.join(changed)}): it can't be "
                    "resumed with this one; restore the recipe, train without --resume, or remove that folder"
                )
