"""SAN: Dai et al., "Second-order Attention Network for Single Image Super-Resolution", CVPR 2019."""

from __future__ import annotations

from srbench import Phase, Recipe, Term, profile_cuts
from srbench_classics.recipes.budgets import DIV2K, PHASE, SHORT, THOUSAND_EPOCHS

RECIPES = (
    Recipe(
        "san",
        "san",
        (Phase(PHASE, (Term("l1"),), THOUSAND_EPOCHS),),
        DIV2K,
        profile_cuts(short={PHASE: SHORT}),
        paper="Dai et al., CVPR 2019",
        summary="SAN: L1 on DIV2K, 1000 epochs",
    ),
)
