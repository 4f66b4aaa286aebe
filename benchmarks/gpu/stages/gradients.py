"""Agreement of the terms and gradients of every kind of objective on the device with those on the CPU."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING

import torch

from benchmarks.gpu.material import roots
from benchmarks.gpu.stages.metrics import relative
from srbench.catalog import load_catalog
from srbench.errors import Unavailable, UsageError, one_line
from srbench.losses.batch import Batch
from srbench.models.prediction import Prediction
from srbench.testing.devices.objective import objectives
from srbench.testing.network import network
from srbench.training.learner import Learner
from srbench.training.objective.objective import build_objective

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.specs.recipe import Phase, Recipe
    from srbench.training.objective.objective import Objective

LIMIT = 1e-4
"""Largest relative difference of a gradient that is called agreement: it sums over all pixels, in float32."""


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List a phase of each kind of objective, with the smallest network that is trained by it."""
    catalog = load_catalog()
    recipes = [recipe for recipe in catalog.recipes if _wanted(settings, recipe)]
    for recipe, phase in objectives(recipes, catalog.models):
        yield f"{recipe.name}/{phase.name}", partial(objective, settings, recipe, phase)


def _wanted(settings: Settings, recipe: Recipe) -> bool:
    return not settings.networks or recipe.model in settings.networks


def objective(settings: Settings, recipe: Recipe, phase: Phase) -> Values:
    """Return how far terms and gradients of a step are apart, with the network in training mode on random patches.

    Raises:
        Unavailable: if the weights of a loss are missing, or if the objective draws random numbers.
    """
    catalog = load_catalog()
    spec = catalog.models.get(recipe.model)
    scale = min(recipe.scales or spec.scales or (2.0,))
    losses = [catalog.losses.get(term.loss) for term in phase.losses]
    weights = [catalog.weights.get(name) for loss in losses for name in loss.weights]
    try:
        built = build_objective(phase, losses, weights, roots(settings))
    except UsageError as error:  # a loss needs the result of another training
        raise Unavailable(one_line(error)) from error
    learner = Learner(network(spec, scale))
    built.prepare(learner.network)
    lr_side = _lr_side(phase, equal_size=spec.equal_size)
    hr_side = lr_side if spec.equal_size else round(lr_side * scale)
    generator = torch.Generator().manual_seed(0)
    lr, hr = (torch.rand(2, 3, side, side, generator=generator) for side in (lr_side, hr_side))

    def step(device: str, seed: int = 0) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        torch.manual_seed(seed)
        batch = Batch(lr.to(device), hr.to(device), 1.0 if spec.equal_size else scale, ("first", "second"))
        return _step(deepcopy(learner).to(device).train(), deepcopy(built).to(device), batch)

    (cpu_terms, cpu_gradients), (device_terms, device_gradients) = step("cpu"), step(settings.device)
    reached = [name for name, gradient in cpu_gradients.items() if gradient.abs().max() > 0]
    largest = max((float(cpu_gradients[name].abs().max()) for name in reached), default=0.0)
    # against the largest gradient of all parameters: those that nearly vanish are rounding alone
    apart = [float((cpu_gradients[name] - device_gradients[name]).abs().max()) / largest for name in reached]
    difference = max([*apart, *(relative(cpu_terms[name], device_terms[name]) for name in cpu_terms)])
    if not difference <= LIMIT:
        other, _ = step("cpu", seed=1)
        if any(not torch.equal(cpu_terms[name], other[name]) for name in cpu_terms):
            raise Unavailable("it draws random numbers, others on each device: nothing to compare")
    return {
        "terms": {name: [float(cpu_terms[name]), float(device_terms[name])] for name in cpu_terms},
        "relative difference": difference,
        "limit": LIMIT,
    }


def _lr_side(phase: Phase, *, equal_size: bool) -> int:
    """Return the side of LR patches: as small as discriminators and the levels of MS-SSIM allow."""
    if equal_size:
        return 96
    return 48 if phase.adversary or any(term.loss == "ms-ssim" for term in phase.losses) else 24


def _step(
    learner: Learner, objective: Objective, batch: Batch
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Return the terms of both players, and the gradients of the network, on the CPU."""
    prediction = Prediction(**learner(batch.lr, batch.scale, batch.hr))
    terms = objective.network_terms(prediction, batch)
    sum(term.float() for term in terms.values()).backward()
    terms |= objective.adversary_terms(prediction.map(torch.Tensor.detach), batch)
    named = learner.named_parameters()
    gradients = {name: parameter.grad.double().cpu() for name, parameter in named if parameter.grad is not None}
    return {name: term.detach().cpu() for name, term in terms.items()}, gradients
