"""The time that the profile ``short`` of each recipe takes at the rate of its steps, measured on random patches.

Steps are those of srbench's trainer, with losses, discriminator and turns, at places spread over the phase. Loading
images, validations and checkpoints are not counted.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from benchmarks.gpu.clock import synchronize
from benchmarks.gpu.material import roots
from benchmarks.gpu.stage import FIRST
from srbench.catalog import load_catalog
from srbench.data.training_set.training_set import TrainingSet
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.losses.batch import Batch
from srbench.training.fabric import make_fabric
from srbench.training.job import make_job
from srbench.training.learner import build_network
from srbench.training.objective.objective import build_objective
from srbench.training.trainer import PhaseTrainer, ReportSchedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.specs.recipe import Recipe
    from srbench.training.job import TrainingJob

WARM_UP, STEPS, SECONDS = 3, 9, 3.0
"""Untimed and timed steps of a phase, and the time after which no further one is timed."""
IMAGES = 800
"""Number of images that an epoch has (DIV2K's)."""


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List the recipes that have the profile, those of the first models first, reduced ones last."""
    chosen = [recipe for recipe in load_catalog().recipes if "short" in recipe.cuts]
    if settings.networks:
        chosen = [recipe for recipe in chosen if recipe.model in settings.networks]

    def place(recipe: Recipe) -> tuple[int, bool]:
        number = FIRST.index(recipe.model) if recipe.model in FIRST else len(FIRST)
        return number, "reduced" in recipe.name

    for recipe in sorted(chosen, key=place)[: 1 if settings.quick else None]:
        yield recipe.name, partial(minutes, settings, recipe)


def minutes(settings: Settings, recipe: Recipe) -> Values:
    """Return the time of a step of each phase, and the minutes of all phases.

    Raises:
        Unavailable: if the weights of a loss are missing.
    """
    catalog = load_catalog()
    model = catalog.models.get(recipe.model)
    scales = recipe.scales or model.scales or (2.0,)
    scale = None if model.joint or len(scales) == 1 else max(scale for scale in scales if scale <= 4)
    job = make_job(catalog, recipe.name, "short", scale=scale)
    phases = {}
    whole: TrainingJob | None = job
    while whole:
        budget = whole.phase.budget
        taken = ms_per_step(settings, whole)
        phases[whole.phase.name] = {"ms a step": taken, "steps": budget.steps, "minutes": budget.steps * taken / 60_000}
        whole = whole.before
    return {
        "phases": dict(reversed(phases.items())),
        "minutes": sum(phase["minutes"] for phase in phases.values()),
        "precision": make_fabric(settings.device)._precision.precision,  # noqa: SLF001 - Fabric has no public name for it
    }


def ms_per_step(settings: Settings, job: TrainingJob) -> float:
    """Return the median time of a step of the job's last phase in milliseconds.

    Raises:
        Unavailable: if the weights of a loss are missing.
    """
    fabric = make_fabric(settings.device)
    objective = build_objective(job.phase, job.losses, job.loss_weights, roots(settings))
    batches = RandomBatches(job, str(fabric.device), tiny=settings.quick)
    steps = job.phase.budget.steps
    places = [int(steps * place / (WARM_UP + STEPS)) for place in range(WARM_UP + STEPS)]
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        trainer = PhaseTrainer(
            job,
            Path(folder),
            fabric,
            build_network(job, None),
            objective,
            batches,  # type: ignore[arg-type]  # it has what the trainer asks of a sampler
            batches.images,
            ReportSchedule(samples=0),
            lambda _state: None,
        )
        for number, trainer.step in enumerate(places[: 2 if settings.quick else None]):
            synchronize(settings.device)
            started = perf_counter()
            trainer._step(job.phase.budget.learning_rate)  # noqa: SLF001 - one step, without reports
            synchronize(settings.device)
            if number >= WARM_UP or settings.quick:
                taken.append(perf_counter() - started)
            if sum(taken) > SECONDS:
                break
        trainer.reporter.close()
    return 1000 * median(taken)


@dataclass
class RandomBatches:
    """Random patches of the sizes that a job asks for, in place of a sampler: no image is needed."""

    job: TrainingJob
    device: str
    tiny: bool = False
    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - not for security
    """Draws the scales, the same in each process."""

    @property
    def images(self) -> TrainingSet:
        """A set of images without pixels, which says how long an epoch is."""
        tables: dict[float, Any] = {}
        names = tuple(map(str, range(IMAGES)))
        return TrainingSet(names, (), (), np.zeros((0, 3), np.uint8), tables, ())

    def next(self) -> Batch:
        """Return a batch, or a part of one, at a scale drawn at random."""
        budget = self.job.phase.budget
        scale = self.chance.choice(self.job.scales)
        patch = budget.patch if not self.tiny or self.job.phase.adversary else min(budget.patch, 48)
        low = lr_side(patch, scale) if self.job.recipe.online else patch
        sides = (low, hr_side(low, scale) if self.job.recipe.online else round(low * scale))
        count = 2 if self.tiny else budget.batch // budget.parts
        lr, hr = (
            torch.rand(count, 3, side, side, device=self.device).contiguous(memory_format=torch.channels_last)
            for side in sides
        )
        return Batch(lr, hr, scale, ("",) * count)

    def state_dict(self) -> dict[str, Any]:
        """Return no state: nothing is resumed."""
        return {}

    def load_state_dict(self, _state: Mapping[str, Any]) -> None:
        """Do nothing."""
