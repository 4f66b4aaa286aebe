"""The objectives of recipes on a fake CUDA device."""

from __future__ import annotations

import math
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
    from collections.abc import Callable, Iterable, Iterator

    from torch import Tensor

    from srbench.catalog import Catalog
    from srbench.specs.loss import LossSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Phase, Recipe
    from srbench.training.objective.objective import Objective


def objectives(recipes: Iterable[Recipe], models: Iterable[ModelSpec]) -> Iterator[tuple[Recipe, Phase]]:
    """Yield a phase of each objective that differs in more than the weights of its terms, with its recipe.

    Of recipes with the same objective, it is that of the smallest network, which only makes the prediction.
    """
    found: list[tuple[object, list[tuple[Recipe, Phase]]]] = []
    for recipe in recipes:
        for phase in recipe.phases:
            terms = [(term.loss, term.kwargs) for term in phase.losses]
            adversary = phase.adversary and (phase.adversary.build, phase.adversary.kwargs, phase.adversary.loss)
            objective = (terms, phase.objective, adversary)
            same = next((uses for known, uses in found if known == objective), None)
            if same is None:
                found.append((objective, [(recipe, phase)]))
            else:
                same.append((recipe, phase))
    yield from (min(uses, key=lambda use: _size(models, use[0])) for _, uses in found)


def _size(models: Iterable[ModelSpec], recipe: Recipe) -> float:
    """Return what orders the networks of recipes by their size: the sum of whole numbers in the arguments, if any."""
    kwargs = next((spec.kwargs for spec in models if spec.name == recipe.model), {})
    return sum(value for value in kwargs.values() if type(value) is int) or math.inf


def objective_on_fake_cuda(catalog: Catalog, recipe: Recipe, phase: Phase) -> Followed:
    """Return what of the objective of a phase stays on the CPU.

    The network, which the check `model-device` follows, makes its prediction of the smallest patches on the CPU, in a
    hundredth of the time that fake tensors take. Where the objective needs larger ones, the network is followed too.

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
    side = next(sides(phase.budget.patch, of_hr=recipe.online or spec.equal_size))
    try:
        batch = _batch(recipe, spec, scale, side)
        with torch.no_grad():
            prediction = _predicted(learner, batch, spec)
        shapes = prediction.map(lambda tensor: tensor.to("meta"))
        found = _followed(objective, learner, batch, lambda _batch, there: shapes.map(there))
    except CODE_ERRORS:
        found = Followed(unknown="the smallest patches are too small")
    if found.unknown and not found.unknown.startswith(ON_VALUES):
        batch = _batch(recipe, spec, scale, phase.budget.patch)
        found = _followed(objective, learner, batch, lambda batch, _there: _predicted(learner, batch, spec))
    return found


def _batch(recipe: Recipe, spec: ModelSpec, scale: float, side: int) -> Batch:
    """Return a batch of patches of `side` pixels, of HR or LR as the recipe counts them."""
    lr_side = max(1, round(side / scale)) if recipe.online and not spec.equal_size else side
    hr_side = lr_side if spec.equal_size else round(lr_side * scale)
    lr, hr = (torch.rand(2, 3, pixels, pixels) for pixels in (lr_side, hr_side))
    return Batch(lr, hr, scale, ("first", "second"))


def _predicted(learner: Learner, batch: Batch, spec: ModelSpec) -> Prediction:
    return Prediction(**learner(batch.lr, 1.0 if spec.equal_size else batch.scale, batch.hr))


def _not_there(phase: Phase, losses: Iterable[LossSpec]) -> str:
    """Return why code that a phase names can't be imported; empty: it can."""
    named = [loss.build for loss in losses] + [part.build for part in (phase.adversary, phase.objective) if part]
    try:
        for target in named:
            load(target)
    except SrbenchError as error:
        return one_line(error)
    return ""


def _followed(
    objective: Objective,
    learner: Learner,
    batch: Batch,
    predict: Callable[[Batch, Callable[[Tensor], Tensor]], Prediction],
) -> Followed:
    """Return what of an objective stays on the CPU.

    Args:
        objective: The objective.
        learner: The network, parts of which the objective may share.
        batch: Patches, of which the shapes alone count.
        predict: Returns the prediction of fake patches; it gets a function that makes a meta tensor a fake one.
    """
    lr, hr = batch.lr.to("meta"), batch.hr.to("meta")
    with on_fake_cuda(learner, objective) as mode:

        def there(tensor: Tensor) -> Tensor:
            return FakeTensor(mode, tensor, CUDA)

        given = replace(batch, lr=there(lr), hr=there(hr))
        made: list[Prediction] = []
        of_network = follow(lambda: made.append(predict(given, there)))
        if not made:
            return Followed(unknown=f"its network can't be followed: {of_network.problem or of_network.unknown}")
        return follow(lambda: objective.network_terms(made[0], given) | objective.adversary_terms(made[0], given))
