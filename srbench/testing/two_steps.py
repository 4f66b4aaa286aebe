"""A recipe cut to two steps a phase on tiny random images: trained, loaded, and resumed after the first step."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from srbench.errors import CODE_ERRORS, Unavailable, one_line
from srbench.imaging.image_io import write_png
from srbench.models.build import builder
from srbench.specs.recipe import Budget, Schedule
from srbench.storage.roots import data_roots
from srbench.training.job import make_job
from srbench.training.run import Hardware, TrainingRun
from srbench.training.trainer import ReportSchedule
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from srbench.catalog import Catalog
    from srbench.records.training_step import TrainingStep
    from srbench.specs.recipe import Phase, Recipe
    from srbench.training.job import TrainingJob

STEPS, PATCH = 2, 8
"""Steps of a phase, and the side of its LR patches in pixels."""


def write_images(root: Path) -> None:
    """Write images to train and to validate on, and pairs of equal size, under `root`."""
    chance = np.random.default_rng(0)
    names = [f"{kind}/image{number}.png" for kind in ("images", "valid") for number in range(4)]
    names += [f"pairs/Canon_00{number}_{end}.png" for number in range(4) for end in ("HR", "LR2")]
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, chance.integers(0, 256, (256, 256, 3), np.uint8))


class Trained(NamedTuple):
    """What came of the two-step training of a recipe."""

    problem: str = ""
    """Why it fails; empty: it does not."""
    unlike: str = ""
    """How the weights of a resumed training differ; empty: they don't."""
    absent: str = ""
    """What is missing here that the recipe needs, such as the weights of a loss; empty: nothing."""


def train(catalog: Catalog, recipe: Recipe, root: Path, known: dict[str, Trained]) -> Trained:
    """Return what comes of two steps in each phase of `recipe`.

    Args:
        catalog: Catalog that knows it.
        recipe: The recipe.
        root: Folder of `write_images`, in which the training is written for a while.
        known: What came of earlier trainings, by key: recipes that differ in their budget alone are trained once.
    """
    model = catalog.models.get(recipe.model)
    scales = recipe.scales or model.scales or (2.0,)
    small = _cut(recipe, root, equal_size=model.equal_size)
    tiny = copy(catalog)
    tiny.recipes = type(catalog.recipes)("recipe")
    tiny.recipes.add(small, catalog.plugins[recipe.plugin])
    try:
        job = make_job(tiny, recipe.name, "paper", scale=None if model.joint else min(scales))
        if job.key not in known:
            with TemporaryDirectory(dir=root) as folder:
                known[job.key] = _trained(tiny, job, root, Path(folder))
    except Unavailable as reason:
        return Trained(absent=str(reason))
    except CODE_ERRORS as error:
        return Trained(one_line(error))
    return known[job.key]


def _trained(catalog: Catalog, job: TrainingJob, data: Path, folder: Path) -> Trained:
    """Train `job` in `folder`, and each of its phases from its first checkpoint again; the errors are those of both."""
    stopped: dict[str, Path] = {}

    def keep_checkpoint(state: TrainingStep) -> None:
        if state.step == STEPS:  # the checkpoint is that of the step before
            stopped[state.phase] = copytree(folder / "whole", folder / state.phase)

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
        return Trained(f"after two steps {bad[0]} is no finite number")
    builder(job.model, min(job.scales), "matlab-uint8")().load_state_dict(state)
    phase: TrainingJob | None = job
    while phase:
        name = phase.phase.name
        if name not in stopped:
            return Trained(f"phase {name} reports no step")
        again = load_state_dict(replace(run, root=stopped[name], observe=lambda _state: None).train(phase))
        whole = load_state_dict(phase.weights(run.root))
        if other := [entry for entry, tensor in whole.items() if not torch.equal(tensor, again[entry])]:
            return Trained(unlike=f"phase {name}, resumed after step 1, ends with another {other[0]}")
        rmtree(stopped[name])
        phase = phase.before
    return Trained()


def _cut(recipe: Recipe, root: Path, *, equal_size: bool) -> Recipe:
    folder = str(root / ("pairs" if equal_size else "images"))
    return replace(
        recipe,
        phases=tuple(_cut_phase(phase, recipe, equal_size=equal_size) for phase in recipe.phases),
        data=(folder,),
        validation=(str(root / "valid"),) if recipe.validation else (),
        hold_out=1,
        least_correlation=None if recipe.least_correlation is None else -1.0,
        cuts={},
    )


def _cut_phase(phase: Phase, recipe: Recipe, *, equal_size: bool) -> Phase:
    turns = phase.adversary.turns if phase.adversary else ()
    # a discriminator and online LR need patches of the recipe's size
    patch = phase.budget.patch if phase.adversary else 4 * PATCH if recipe.online or equal_size else PATCH
    budget = Budget(max(STEPS, len(turns)), 2, patch, phase.budget.learning_rate, Schedule("step", 0.5))
    if phase.adversary:
        short = tuple(replace(turn, length=1, unit="step") for turn in turns)
        return replace(phase, budget=budget, adversary=replace(phase.adversary, turns=short))
    return replace(phase, budget=budget)
