"""D-DBPN: Haris et al., "Deep Back-Projection Networks for Super-Resolution", CVPR 2018."""

from __future__ import annotations

from dataclasses import replace

from srbench import Budget, Phase, Recipe, Schedule, Term, profile_cuts
from srbench_classics.recipes.budgets import DIV2K, PHASE, SHORT

BUDGET = Budget(1_000_000, 20, 32, 1e-4, Schedule("step", every=1 / 2, gamma=0.1))

RECIPES = (
    Recipe(
        "d-dbpn",
        "d-dbpn",
        (Phase(PHASE, (Term("l1"),), BUDGET),),
        DIV2K,
        profile_cuts(short={PHASE: replace(SHORT, patch=32)}),
        paper_data="DIV2K, Flickr2K and ImageNet",
        paper="Haris et al., CVPR 2018",
        summary="D-DBPN: L1 on DIV2K, 1,000,000 steps of 20 patches of 32",
    ),
)
