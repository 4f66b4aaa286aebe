"""The objectives of recipes on a fake CUDA device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.losses.batch import Batch
from srbench.models.prediction import Prediction
from srbench.storage.roots import data_roots
from srbench.testing.devices.fake_cuda import CUDA, Followed, follow, on_fake_cuda
from srbench.testing.network import network
from srbench.training.learner import Learner
from srbench.training.objective.objective import build_objective

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import Tensor

    from srbench.catalog import Catalog
    from srbench.specs.recipe import Phase, Recipe


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
    """Return what of the objective of a phase stays on the CPU.

    Args:
        catalog: Catalog that knows the recipe.
        recipe: The recipe, whose network makes the prediction.
        phase: The phase.

    Raises:
        Unavailable: if the weights of a loss are missing. Further errors are those of losses and network.
    """
    spec = catalog.models.get(recipe.model)
    scale = min(recipe.scales or spec.scales or (2.0,))
    losses = [catalog.losses.get(term.loss) for term in phase.losses]
    weights = [catalog.weights.get(name) for loss in losses for name in loss.weights]
    objective = build_objective(phase, losses, weights, data_roots([]))
    learner = Learner(network(spec, scale))
    objective.prepare(learner.network)
    side = _side(phase, scale, online=bool(recipe.online), equal_size=spec.equal_size)
    hr_side = side if spec.equal_size else round(side * scale)
    with on_fake_cuda(learner, objective):
        lr, hr = (torch.empty(2, 3, pixels, pixels, device=CUDA) for pixels in (side, hr_side))
        batch = Batch(lr, hr, scale, ("first", "second"))

        made: list[Prediction] = []
        of_network = follow(lambda: made.append(Prediction(**learner(lr, 1.0 if spec.equal_size else scale, hr))))
        if not made:
            return Followed(unknown=f"its network can't be followed: {of_network.problem or of_network.unknown}")
        prediction = made[0]

        def terms() -> dict[str, Tensor]:
            return objective.network_terms(prediction, batch) | objective.adversary_terms(prediction, batch)

        return follow(terms)


def _side(phase: Phase, scale: float, *, online: bool, equal_size: bool) -> int:
    """Return the side of LR patches in pixels."""
    patch = phase.budget.patch
    return patch if equal_size or not online else max(1, round(patch / scale))
