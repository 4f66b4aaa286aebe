"""The objectives of recipes on a fake CUDA device."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch._subclasses.fake_tensor import FakeTensor

from srbench.errors import CODE_ERRORS, SrbenchError, one_line
from srbench.loading import load
from srbench.losses.batch import Batch
from srbench.models.prediction import Prediction
from srbench.storage.roots import data_roots
from srbench.testing.devices.fake_cuda import CUDA, ON_VALUES, Followed, follow, on_fake_cuda
from srbench.testing.network import network
from srbench.testing.patches import sides
from srbench.training.learner import Learner
from srbench.training.objective.objective import build_objective

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from srbench.catalog import Catalog
    from srbench.specs.loss import LossSpec
    from srbench.specs.recipe import Phase, Recipe
    from srbench.training.objective.objective import Objective


def objectives(recipes: Iterable[Recipe]) -> Iterator[tuple[Recipe, Phase]]:
    """Yield a phase of each objective that differs in more than the weights of its terms, with its recipe."""
    seen: list[object] = []
    for recipe in recipes:
        for phase in recipe.phases:
            terms = [(term.loss, term.kwargs) for term in phase.losses]
            adversary = phase.adversary and (phase.adversary.build, phase.adversary.kwargs, phase.adversary.loss)
            objective = (terms, phase.objective, adversary)
            if objective not in seen:
                seen.append(objective)
                yield recipe, phase


def objective_on_fake_cuda(catalog: Catalog, recipe: Recipe, phase: Phase) -> Followed:
    """Return what of the objective of a phase stays on the CPU, with the smallest patches that it takes.

    The network makes its prediction on the CPU, with which the objective goes on: the network itself is followed by the
    check `model-device`.

    Args:
        catalog: Catalog that knows the recipe.
        recipe: The recipe, whose network makes the prediction.
        phase: The phase.

    Raises:
        Unavailable: if the weights of a loss are missing. Further errors are those of the losses.
    """
    spec = catalog.models.get(recipe.model)
    scale = min(recipe.scales or spec.scales or (2.0,))
    losses = [catalog.losses.get(term.loss) for term in phase.losses]
    weights = [catalog.weights.get(name) for loss in losses for name in loss.weights]
    if text := _not_there(phase, losses):
        return Followed(unknown=f"{text}: see the check `targets`")
    objective = build_objective(phase, losses, weights, data_roots([]))
    try:
        learner = Learner(network(spec, scale))
    except Exception as error:  # noqa: BLE001 - the code of a plugin may raise anything
        return Followed(unknown=f"its network can't be built ({one_line(error)}): see the check `model-output`")
    objective.prepare(learner.network)
    factor = 1.0 if spec.equal_size else scale
    found = Followed()
    for side in sides(phase.budget.patch, of_hr=recipe.online or spec.equal_size):
        lr_side = max(1, round(side / scale)) if recipe.online and not spec.equal_size else side
        lr, hr = (torch.rand(2, 3, pixels, pixels) for pixels in (lr_side, round(lr_side * factor)))
        try:
            with torch.no_grad():
                prediction = Prediction(**learner(lr, factor, hr))
        except Exception as error:  # noqa: BLE001 - as above; its patch may be too small
            found = Followed(unknown=f"its network fails ({one_line(error)}): see the check `recipe-trains`")
            continue
        try:
            found = _terms_on_fake_cuda(objective, learner, prediction, Batch(lr, hr, scale, ("first", "second")))
        except CODE_ERRORS:
            if side == phase.budget.patch:
                raise
            continue
        if not found.unknown or found.unknown.startswith(ON_VALUES):
            break
    return found


def _not_there(phase: Phase, losses: Iterable[LossSpec]) -> str:
    """Return why code that a phase names can't be imported; empty: it can."""
    named = [loss.build for loss in losses] + [part.build for part in (phase.adversary, phase.objective) if part]
    try:
        for target in named:
            load(target)
    except SrbenchError as error:
        return one_line(error)
    return ""


def _terms_on_fake_cuda(objective: Objective, learner: Learner, prediction: Prediction, batch: Batch) -> Followed:
    """Return what of an objective stays on the CPU, for a prediction and a batch, of which the shapes alone count."""
    shapes = prediction.map(lambda tensor: tensor.to("meta"))
    lr, hr = batch.lr.to("meta"), batch.hr.to("meta")
    with on_fake_cuda(learner, objective) as mode:
        there = shapes.map(lambda tensor: FakeTensor(mode, tensor, CUDA))
        given = replace(batch, lr=FakeTensor(mode, lr, CUDA), hr=FakeTensor(mode, hr, CUDA))
        return follow(lambda: objective.network_terms(there, given) | objective.adversary_terms(there, given))
