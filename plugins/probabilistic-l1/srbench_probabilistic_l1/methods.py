"""Methods for the rows of the paper's tables: the trained recipes, and a shipped network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench import MethodSpec, Recipe
from srbench_probabilistic_l1 import shipped
from srbench_probabilistic_l1.attach import SCALES, SUFFIX, TAUGHT
from srbench_probabilistic_l1.models import REDUCED
from srbench_probabilistic_l1.objectives import ABLATION, OURS
from srbench_probabilistic_l1.recipes import REAL_RECIPES, RECIPES, recipe_name

if TYPE_CHECKING:
    from collections.abc import Mapping


def trained(name: str, recipe: Recipe, recipes: str | Mapping[float, str] = "") -> MethodSpec:
    """Return the method that `recipe` trains: its network, with sigma if a metric or the user requests it.

    A network without a branch gets one constant sigma, its mean error on its training images (Sec. 4.6). A network that
    learnt with a teacher is used without it.

    Args:
        name: the method's name.
        recipe: the recipe, or the recipe of one scale.
        recipes: names of the recipes by scale, if each scale has its own.
    """
    branch = recipe.model.endswith(SUFFIX)
    return MethodSpec.trained_by(
        recipe,
        name=name,
        model=recipe.model.removesuffix(SUFFIX).removesuffix(TAUGHT),
        recipe=recipes or recipe.name,
        training_model=recipe.model if recipe.model.endswith((SUFFIX, TAUGHT)) else "",
        sigma="branch" if branch else "constant",
    )


IMAGES = {"edsr+l1": "edsr-images", "rcan+l1": "rcan-images"}
"""Finished SR images that the plugin `classics` registers, by the method of the row of Table 6 that prints them."""
RELEASED: Mapping[str, Mapping[float, str]] = {
    **{
        recipe_name(network, ABLATION[0]): {scale: f"{network}-x{scale:g}" for scale in SCALES}
        for network in ("edsr-baseline", "edsr", "rcan")
    },
    recipe_name("carn", ABLATION[0]): {2.0: "carn-x2"},
}
"""Weights of the networks' authors, trained with l1 on DIV2K as here, by recipe and scale.

Footnote 3 of the paper names EDSR-baseline's for Table 1. CARN's of x3 and x4 can't be had.
"""


def of_recipe(recipe: Recipe) -> MethodSpec:
    """Return the method of `recipe`, with its authors' weights where there are any."""
    method = trained(recipe.name, recipe)
    if recipe.name in RELEASED:
        method = replace(method, weights=RELEASED[recipe.name], source="released")
    method = replace(method, images=IMAGES.get(recipe.name, ""))
    return replace(method, fallback=shipped.METHOD.name if recipe.name == STANDS_IN_FOR else "")


STANDS_IN_FOR = recipe_name("edsr-baseline", OURS)
"""Method in whose place `srbench upscale` takes the shipped one."""
REDUCED_OURS = recipe_name(REDUCED, OURS)
GAUSSIAN = f"{REDUCED_OURS}-gaussian"
METHODS = (
    shipped.METHOD,
    *(
        replace(
            trained(recipe.name, recipe),
            name=GAUSSIAN,
            training_model=f"{recipe.model}-gaussian",
            summary=f"{recipe.summary}; sigma as a Gaussian's",
        )
        for recipe in RECIPES
        if recipe.name == REDUCED_OURS
    ),
    *map(of_recipe, RECIPES),
    *(
        trained(name, next(iter(by_scale.values())), {scale: recipe.name for scale, recipe in by_scale.items()})
        for name, by_scale in REAL_RECIPES.items()
    ),
)
