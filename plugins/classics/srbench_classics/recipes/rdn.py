"""RDN: Zhang et al., "Residual Dense Network for Image Super-Resolution", CVPR 2018."""

from __future__ import annotations

from dataclasses import replace

from srbench import Phase, Recipe, Term, profile_cuts
from srbench_classics.recipes.budgets import DIV2K, PHASE, SHORT, THOUSAND_EPOCHS

PATCH = 32
"""Side of an LR patch."""

RECIPES = (
    Recipe(
        "rdn",
        "rdn",
        (Phase(PHASE, (Term("l1"),), replace(THOUSAND_EPOCHS, patch=PATCH)),),
        DIV2K,
        profile_cuts(short={PHASE: replace(SHORT, patch=PATCH)}),
        paper="Zhang et al., CVPR 2018",
        summary="RDN: L1 on DIV2K, 1000 epochs of 16 patches of 32",
    ),
)
