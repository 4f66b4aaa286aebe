"""Methods for the rows of the paper's tables: the trained recipes, and a shipped network."""

from __future__ import annotations

from srbench import MethodSpec
from srbench_ode_ivp import shipped
from srbench_ode_ivp.recipes import RECIPES

STANDS_IN_FOR = "vdsr-ivp"
"""Method in whose place `srbench upscale` takes the shipped network."""
RDN = next(recipe for recipe in RECIPES if recipe.name == "rdn-ivp")

METHODS = (
    *(
        MethodSpec.trained_by(recipe, fallback=shipped.METHOD.name if recipe.name == STANDS_IN_FOR else "")
        for recipe in RECIPES
    ),
    shipped.METHOD,
    MethodSpec.trained_by(RDN, name="rdn-ivp+", ensemble=("self",), summary="rdn-ivp with self-ensemble"),
)
