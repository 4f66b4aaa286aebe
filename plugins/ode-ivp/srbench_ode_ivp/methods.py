"""Methods for the rows of the paper's tables: the trained recipes, and a shipped network."""

from __future__ import annotations

from srbench import MethodSpec, Recipe
from srbench_ode_ivp import shipped
from srbench_ode_ivp.models import PAPER
from srbench_ode_ivp.recipes import RECIPES

STANDS_IN_FOR = "vdsr-ivp"


def trained(recipe: Recipe) -> MethodSpec:
    """Return the method that `recipe` trains; the shipped network stands in for the paper's own network."""
    return MethodSpec(
        recipe.name,
        recipe.model,
        source="trained",
        recipe=recipe.name,
        fallback=shipped.NAME if recipe.name == STANDS_IN_FOR else "",
        paper=PAPER,
        summary=recipe.summary,
    )


METHODS = (
    *(trained(recipe) for recipe in RECIPES),
    shipped.METHOD,
    MethodSpec(
        "rdn-ivp+",
        "rdn-ivp",
        source="trained",
        recipe="rdn-ivp",
        ensemble=("self",),
        paper=PAPER,
        summary="rdn-ivp with self-ensemble",
    ),
)
