"""HAN: Niu et al., "Single Image Super-Resolution via a Holistic Attention Network", ECCV 2020."""

from __future__ import annotations

from srbench import Phase, Recipe, Term, profile_cuts
from srbench_classics.recipes.budgets import DIV2K, PHASE, SHORT, THOUSAND_EPOCHS

RECIPES = (
    Recipe(
        "han",
        "han",
        (Phase(PHASE, (Term("l1"),), THOUSAND_EPOCHS),),
        DIV2K,
        profile_cuts(short={PHASE: SHORT}),
        paper="Niu et al., ECCV 2020",
        summary="HAN: L1 on DIV2K, 1000 epochs, from random weights",
    ),
)
