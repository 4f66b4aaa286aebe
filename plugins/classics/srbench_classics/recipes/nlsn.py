"""NLSN: Mei et al., "Image Super-Resolution with Non-Local Sparse Attention", CVPR 2021."""

from __future__ import annotations

from srbench import Phase, Recipe, Term, profile_cuts
from srbench_classics.recipes.budgets import DIV2K, PHASE, SHORT, THOUSAND_EPOCHS

RECIPES = (
    Recipe(
        "nlsa",
        "nlsa",
        (Phase(PHASE, (Term("l1"),), THOUSAND_EPOCHS),),
        DIV2K,
        profile_cuts(short={PHASE: SHORT}),
        paper="Mei et al., CVPR 2021",
        summary="NLSN: L1 on DIV2K, 1000 epochs",
    ),
)
