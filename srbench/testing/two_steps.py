"""A recipe cut to two steps a phase on tiny random images: trained, stopped, resumed, and loaded."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from srbench.errors import CODE_ERRORS, one_line
from srbench.imaging.image_io import write_png
from srbench.models.build import builder
from srbench.specs.recipe import Budget, Schedule
from srbench.storage.roots import data_roots
from srbench.training.job import make_job
from srbench.training.run import Hardware, TrainingRun
from srbench.training.trainer import ReportSchedule
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.records.training_step import TrainingStep
    from srbench.specs.recipe import Phase, Recipe

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


def problem_of_training(catalog: Catalog, recipe: Recipe, root: Path) -> str:
    """Return why two steps of `recipe` fail; empty: they don't.

    Args:
        catalog: Catalog that knows it.
        recipe: The recipe.
        root: Folder of `write_images`, which the training is written to.
    """
    model = catalog.models.get(recipe.model)
    scales = recipe.scales or model.scales or (2.0,)
    small = _cut(recipe, root, equal_size=model.equal_size)
    tiny = copy(catalog)
    tiny.recipes = type(catalog.recipes)("recipe")
    tiny.recipes.add(small, catalog.plugins[recipe.plugin])
    try:
        job = make_job(tiny, recipe.name, "paper", scale=None if model.joint else min(scales))
        schedule = ReportSchedule(reports=100, save_steps=1)
        run = TrainingRun(tiny, [root, *data_roots([])], root / "out", Hardware("cpu", "32-true"), schedule, "either")
        try:
            replace(run, observe=_stop).train(job)
        except _Stopped:
            path = run.train(job)
        else:
            return "it reports no step"
        state = load_state_dict(path)
        if bad := [name for name, tensor in state.items() if not tensor.isfinite().all()]:
            return f"after two steps {bad[0]} is no finite number"
        builder(model, min(job.scales), "matlab-uint8")().load_state_dict(state)
    except CODE_ERRORS as error:
        return one_line(error)
    return ""


class _Stopped(BaseException):
    """The interruption after the first step."""


def _stop(state: TrainingStep) -> None:
    if state.step >= STEPS:
        raise _Stopped


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
