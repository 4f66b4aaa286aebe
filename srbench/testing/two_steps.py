"""Trainings of two steps per phase on small random images, which are loaded, and resumed after the first step.

Time grows with the patch, so sides of patches are tried from the smallest on (`sides`), until network, losses and
discriminator accept them.
"""

from __future__ import annotations

import math
import os
from copy import copy
from dataclasses import replace
from pathlib import Path
from shutil import copy2, copytree, rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from srbench.errors import CODE_ERRORS, Unavailable, one_line
from srbench.imaging.image_io import write_png
from srbench.models.build import builder
from srbench.specs.recipe import Budget, Schedule
from srbench.storage.roots import data_roots
from srbench.testing.patches import SMALLEST_HR, sides
from srbench.training.job import make_job
from srbench.training.run import Hardware, TrainingRun
from srbench.training.storage.names import STATE
from srbench.training.trainer import ReportSchedule
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srbench.catalog import Catalog
    from srbench.records.training_step import TrainingStep
    from srbench.specs.recipe import Phase, Recipe
    from srbench.training.job import TrainingJob

STEPS = 2
"""Steps of a phase."""
ROOM = 4
"""Width in pixels by which LR images exceed the largest patch, so that patches are cut from several places."""


def write_images(root: Path, side: int) -> None:
    """Write images to train and to validate on, and pairs of equal size, `side` pixels wide and high, under `root`."""
    chance = np.random.default_rng(0)
    names = [f"{kind}/image{number}.png" for kind in ("images", "valid") for number in range(4)]
    names += [f"pairs/Canon_00{number}_{end}.png" for number in range(4) for end in ("HR", "LR2")]
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, chance.integers(0, 256, (side, side, 3), np.uint8))


class Trained(NamedTuple):
    """The result of training a recipe for two steps per phase."""

    problem: str = ""
    """Error of the training; empty if it succeeded."""
    resumed_difference: str = ""
    """Difference of the weights of a resumed training; empty if there is none."""
    missing: str = ""
    """Thing that the recipe needs and that is missing here, such as the weights of a loss; empty if nothing is."""


def train(catalog: Catalog, recipe: Recipe, root: Path, known: dict[str, Trained]) -> Trained:
    """Return the result of two steps in each phase of a recipe, with the smallest patches that it accepts.

    Args:
        catalog: Catalog that knows the recipe.
        recipe: The recipe.
        root: Folder for the images, which later trainings use too, and for the folder of the training meanwhile.
        known: Results of earlier trainings by key; recipes that differ only in their budget are trained once.
    """
    result = Trained()
    for patches in _patches(recipe, equal_size=catalog.models.get(recipe.model).equal_size):
        result = _with_patches(catalog, recipe, patches, root, known)
        if not result.problem:
            break
    return result


def _with_patches(
    catalog: Catalog, recipe: Recipe, patches: Sequence[int], root: Path, known: dict[str, Trained]
) -> Trained:
    """Return the result with patches of these sides, one per phase; the other arguments are those of `train`."""
    model = catalog.models.get(recipe.model)
    scales = recipe.scales or model.scales or (2.0,)
    factor = 1 if model.equal_size or recipe.online else math.ceil(max(scales if model.joint else (min(scales),)))
    side = (max(patches) + ROOM) * factor
    images = root / str(side)
    if not images.exists():
        write_images(images, side)
    tiny = copy(catalog)
    tiny.recipes = type(catalog.recipes)("recipe")
    tiny.recipes.add(_cut(recipe, patches, images, equal_size=model.equal_size), catalog.plugins[recipe.plugin])
    try:
        job = make_job(tiny, recipe.name, "paper", scale=None if model.joint else min(scales))
        if job.key not in known:
            with TemporaryDirectory(dir=root) as folder:
                known[job.key] = _trained(tiny, job, images, Path(folder))
    except Unavailable as reason:
        return Trained(missing=str(reason))
    except CODE_ERRORS as error:
        return Trained(one_line(error))
    return known[job.key]


def _trained(catalog: Catalog, job: TrainingJob, data: Path, folder: Path) -> Trained:
    """Train a job, then each of its phases again from the checkpoint after the first step; raises their errors.

    Args:
        catalog: Catalog with the recipe.
        job: The training.
        data: Folder with the images.
        folder: Folder for the trainings.
    """
    stopped: dict[str, Path] = {}

    def keep_checkpoint(state: TrainingStep) -> None:
        if state.step == STEPS:  # the checkpoint is that of the step before
            stopped[state.phase] = copytree(folder / "whole", folder / state.phase, copy_function=_copy)

    schedule = ReportSchedule(reports=100, save_steps=1)
    run = TrainingRun(
        catalog,
        [data, *data_roots([])],
        folder / "whole",
        Hardware("cpu", "32-true"),
        schedule,
        "either",
        keep_checkpoint,
    )
    path = run.train(job)
    state = load_state_dict(path)
    if bad := [name for name, tensor in state.items() if not tensor.isfinite().all()]:
        return Trained(f"after two steps {bad[0]} is not finite")
    builder(job.model, min(job.scales), "matlab-uint8")().load_state_dict(state)
    phase: TrainingJob | None = job
    while phase:
        name = phase.phase.name
        if name not in stopped:
            return Trained(f"phase {name} reports no step")
        again = load_state_dict(replace(run, root=stopped[name], observe=lambda _state: None).train(phase))
        whole = load_state_dict(phase.weights(run.root))
        if differing := [entry for entry, tensor in whole.items() if not torch.equal(tensor, again[entry])]:
            return Trained(resumed_difference=f"phase {name}, resumed after step 1, ends with another {differing[0]}")
        rmtree(stopped[name])
        phase = phase.before
    return Trained()


def _copy(source: str, target: str) -> None:
    """Copy a file of a training; link networks and checkpoints, since trainings replace and never change them."""
    whole = Path(source).name == STATE or Path(source).suffix == ".safetensors"
    (os.link if whole else copy2)(source, target)


def _patches(recipe: Recipe, *, equal_size: bool) -> Iterator[tuple[int, ...]]:
    """Yield the sides of the patches, one per phase, from the smallest on."""
    largest = tuple(phase.budget.patch for phase in recipe.phases)
    for side in sides(max(largest), of_hr=recipe.online or equal_size):
        yield tuple(min(side, patch) for patch in largest)


def _cut(recipe: Recipe, patches: Sequence[int], images: Path, *, equal_size: bool) -> Recipe:
    """Return a recipe cut to two steps per phase, with patches of these sides, on the images that were written."""
    return replace(
        recipe,
        phases=tuple(_cut_phase(phase, patch) for phase, patch in zip(recipe.phases, patches, strict=True)),
        data=(str(images / ("pairs" if equal_size else "images")),),
        validation=(str(images / "valid"),) if recipe.validation else (),
        hold_out=1,
        least_correlation=None if recipe.least_correlation is None else -1.0,
        cuts={},
    )


def _cut_phase(phase: Phase, patch: int) -> Phase:
    turns = phase.adversary.turns if phase.adversary else ()
    batch = 2 if patch <= SMALLEST_HR else 1
    budget = Budget(max(STEPS, len(turns)), batch, patch, phase.budget.learning_rate, Schedule("step", 0.5))
    if phase.adversary:
        short = tuple(replace(turn, length=1, unit="step") for turn in turns)
        return replace(phase, budget=budget, adversary=replace(phase.adversary, turns=short))
    return replace(phase, budget=budget)
