"""SRFBN: Li et al., "Feedback Network for Image Super-Resolution", CVPR 2019.

The image of each step is supervised, with equal weights (Eq. 6); for bicubic LR images the targets of all steps are HR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Budget, Phase, Recipe, Term, profile_cuts
from srbench_classics.gradual_models import STATES
from srbench_classics.recipes.budgets import DIV2K, EPOCH, HALVED, PHASE, SHORT

if TYPE_CHECKING:
    from collections.abc import Mapping

PAPER = "Li et al., CVPR 2019"
MODEL = "srfbn" + STATES
PATCHES: Mapping[float, int] = {2.0: 60, 3.0: 50, 4.0: 40}
"""Side of an LR patch by scale."""
SUPERVISED = (Term("states", kwargs={"distance": "l1"}),)


def recipe(scale: float) -> Recipe:
    """Return the recipe of one scale."""
    return Recipe(
        f"srfbn-x{scale:g}",
        MODEL,
        (Phase(PHASE, SUPERVISED, Budget(1000 * EPOCH, 16, PATCHES[scale], 1e-4, HALVED)),),
        DIV2K,
        profile_cuts(short={PHASE: SHORT}),
        scales=(scale,),
        paper_data="DF2K",
        paper=PAPER,
        summary=f"SRFBN at x{scale:g}: L1 at each of four steps, on DIV2K",
    )


BY_SCALE = {scale: recipe(scale) for scale in PATCHES}
RECIPES = tuple(BY_SCALE.values())
