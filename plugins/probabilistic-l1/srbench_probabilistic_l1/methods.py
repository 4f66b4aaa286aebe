"""What fills the paper's rows: what the recipes train."""

from __future__ import annotations

from srbench import MethodSpec, Recipe
from srbench_probabilistic_l1.attach import SUFFIX
from srbench_probabilistic_l1.losses.specs import PAPER
from srbench_probabilistic_l1.recipes import RECIPES


def trained(recipe: Recipe) -> MethodSpec:
    """The result of `recipe`: its network alone, and beside it sigma where a metric or the user asks for one.

    A network that has no branch gets one constant sigma, its mean error on its training images (Sec. 4.6).
    """
    branch = recipe.model.endswith(SUFFIX)
    return MethodSpec(
        recipe.name,
        recipe.model.removesuffix(SUFFIX),
        source="trained",
        recipe=recipe.name,
        sigma_model=recipe.model if branch else "",
        constant_sigma=not branch,
        paper=PAPER,
        summary=recipe.summary,
    )


METHODS = tuple(trained(recipe) for recipe in RECIPES)
