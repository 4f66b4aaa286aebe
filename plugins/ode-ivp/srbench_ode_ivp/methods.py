"""What fills the paper's rows: what the recipes train."""

from __future__ import annotations

from srbench import MethodSpec, Recipe
from srbench_ode_ivp import shipped
from srbench_ode_ivp.models import PAPER
from srbench_ode_ivp.recipes import RECIPES

STANDS_IN_FOR = "vdsr-ivp"


def trained(recipe: Recipe) -> MethodSpec:
    """What `recipe` makes; the network that ships stands in for the paper's own."""
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
