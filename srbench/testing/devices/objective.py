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
    """Yield a recipe and phase for each objective; objectives that differ only in the weights of terms are the same.

    Of the recipes with one objective it is that with the smallest network, which only makes the prediction.
    """
    # a list, since arguments of losses and discriminators are not hashable
    groups: list[tuple[object, list[tuple[Recipe, Phase]]]] = []
    for recipe in recipes:
        for phase in recipe.phases:
            terms = [(term.loss, term.kwargs) for term in phase.losses]
            adversary = phase.adversary and (phase.adversary.build, phase.adversary.kwargs, phase.adversary.loss)
            objective = (terms, phase.objective, adversary)
            uses = next((uses for known, uses in groups if known == objective), None)
            if uses is None:
                groups.append((objective, [(recipe, phase)]))
            else:
                uses.append((recipe, phase))
    yield from (min(uses, key=lambda use: _size(models, use[0])) for _, uses in groups)


def _size(models: Iterable[ModelSpec], recipe: Recipe) -> float:
    """Return a rough size of a recipe's network: the sum of the whole numbers in its arguments; infinity if none."""
    kwargs = next((spec.kwargs for spec in models if spec.name == recipe.model), {})
    return sum(value for value in kwargs.values() if type(value) is int) or math.inf


def objective_on_fake_cuda(catalog: Catalog, recipe: Recipe, phase: Phase) -> Followed:
    """Return whether a part of the objective of a phase stays on the CPU when the network is on the CUDA device.

    The network itself is the subject of the check `model-device`. Here it predicts the smallest patches on the CPU, in
    a hundredth of the time that fake tensors take. If the objective needs larger patches, the network is followed too.

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
    if text := _import_error(phase, losses):
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
        followed = _followed(objective, learner, batch, lambda _batch, to_fake: shapes.map(to_fake))
    except CODE_ERRORS:
        followed = Followed(unknown="the smallest patches are too small")
    if followed.unknown and not followed.unknown.startswith(ON_VALUES):
        batch = _batch(recipe, spec, scale, phase.budget.patch)
        followed = _followed(objective, learner, batch, lambda batch, _to_fake: _predicted(learner, batch, spec))
    return followed


def _batch(recipe: Recipe, spec: ModelSpec, scale: float, side: int) -> Batch:
    """Return a batch of random patches whose side is `side` pixels, of HR or LR as the recipe counts them."""
    lr_side = max(1, round(side / scale)) if recipe.online and not spec.equal_size else side
    hr_side = lr_side if spec.equal_size else round(lr_side * scale)
    lr, hr = (torch.rand(2, 3, pixels, pixels) for pixels in (lr_side, hr_side))
    return Batch(lr, hr, scale, ("first", "second"))


def _predicted(learner: Learner, batch: Batch, spec: ModelSpec) -> Prediction:
    return Prediction(**learner(batch.lr, 1.0 if spec.equal_size else batch.scale, batch.hr))


def _import_error(phase: Phase, losses: Iterable[LossSpec]) -> str:
    """Return why code that a phase names can't be imported; empty if it can."""
    targets = [loss.build for loss in losses] + [part.build for part in (phase.adversary, phase.objective) if part]
    try:
        for target in targets:
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
    """Return whether a part of an objective stays on the CPU.

    Args:
        objective: The objective.
        learner: The network, parts of which the objective may share.
        batch: Patches, of which only the shapes matter.
        predict: Function of a fake batch, and of a function that turns meta tensors into fake tensors, which returns
            the prediction.
    """
    lr, hr = batch.lr.to("meta"), batch.hr.to("meta")
    with on_fake_cuda(learner, objective) as mode:

        def to_fake(tensor: Tensor) -> Tensor:
            return FakeTensor(mode, tensor, CUDA)

        fake_batch = replace(batch, lr=to_fake(lr), hr=to_fake(hr))
        predictions: list[Prediction] = []
        network_followed = follow(lambda: predictions.append(predict(fake_batch, to_fake)))
        if not predictions:
            reason = network_followed.problem or network_followed.unknown
            return Followed(unknown=f"its network can't be followed: {reason}")
        (prediction,) = predictions
        return follow(
            lambda: objective.network_terms(prediction, fake_batch) | objective.adversary_terms(prediction, fake_batch)
        )
