"""DPS, KPN and LP-KPN: Cai et al., "Toward Real-World Single Image Super-Resolution", ICCV 2019.

Each network is trained for one ratio of focal lengths, which RealSR calls a scale, on pairs of equal size.
"""

from __future__ import annotations

from srbench import Adam, Budget, Phase, Recipe, Term
from srbench_classics.recipes.budgets import PHASE

PAPER = "Cai et al., ICCV 2019"
NETWORKS = ("realsr-dps", "realsr-kpn", "realsr-lp-kpn")
FOCAL = (2.0, 3.0, 4.0)
BUDGET = Budget(steps=1_000_000, batch=16, patch=192, learning_rate=1e-4)
"""Budget of the authors' solver: Adam at a constant rate."""
ADAM = Adam(weight_decay=1e-4)


def recipe(model: str, scale: float) -> Recipe:
    """Return the recipe of a model at one ratio of focal lengths."""
    return Recipe(
        f"{model}-x{scale:g}",
        model,
        (Phase(PHASE, (Term("l2"),), BUDGET, optimizer=ADAM),),
        (f"RealSR/train/X{scale:g}",),
        scales=(1.0,),
        paper=PAPER,
        summary=f"{model} at x{scale:g}: L2 on RealSR's pairs",
    )


BY_MODEL = {model: {scale: recipe(model, scale) for scale in FOCAL} for model in NETWORKS}
RECIPES = tuple(recipe for by_scale in BY_MODEL.values() for recipe in by_scale.values())
