"""IDN: Hui et al., "Fast and Accurate Single Image Super-Resolution via Information Distillation Network", CVPR 2018.

The network is trained with L1 and then fine-tuned with L2 on larger patches, at a tenth of the learning rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Adam, Budget, Phase, Recipe, Term, profile_cuts
from srbench_classics.recipes.budgets import IMAGES_291

if TYPE_CHECKING:
    from collections.abc import Mapping

PAPER = "Hui et al., CVPR 2018"
ADAM = Adam(weight_decay=1e-4)
PATCHES: Mapping[float, tuple[int, int]] = {2.0: (29, 39), 3.0: (15, 26), 4.0: (11, 19)}
"""Sides of an LR patch by scale: with L1, and in the fine-tuning with L2."""
STEPS, FINE_TUNING_STEPS = 100_000, 600_000


def recipe(scale: float) -> Recipe:
    """Return the recipe of one scale."""
    patch, larger = PATCHES[scale]
    return Recipe(
        f"idn-x{scale:g}",
        "idn",
        (
            Phase("l1", (Term("l1"),), Budget(STEPS, 64, patch, 1e-4), optimizer=ADAM),
            Phase("l2", (Term("l2"),), Budget(FINE_TUNING_STEPS, 64, larger, 1e-5), optimizer=ADAM),
        ),
        IMAGES_291,
        profile_cuts(short={"l1": Budget(10_000, 64, patch, 1e-4), "l2": Budget(10_000, 64, larger, 1e-5)}),
        scales=(scale,),
        paper=PAPER,
        summary=f"IDN at x{scale:g}: L1, then L2, on 291 images",
    )


BY_SCALE = {scale: recipe(scale) for scale in PATCHES}
RECIPES = tuple(BY_SCALE.values())
