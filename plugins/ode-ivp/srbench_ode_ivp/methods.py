"""What fills the paper's rows: what the recipes train."""

from __future__ import annotations

from srbench import MethodSpec
from srbench_ode_ivp.models import PAPER
from srbench_ode_ivp.recipes import RECIPES

METHODS = (
    *(
        MethodSpec(recipe.name, recipe.model, source="trained", recipe=recipe.name, paper=PAPER, summary=recipe.summary)
        for recipe in RECIPES
    ),
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
