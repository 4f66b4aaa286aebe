"""DRCN: Kim et al., "Deeply-Recursive Convolutional Network for Image Super-Resolution", CVPR 2016.

The image of each recursion is supervised beside the output (Sec. 3.3), with a share that falls in the course of the
training: here it is `EARLY` in a first phase and `LATE` in a second.
"""

from __future__ import annotations

from dataclasses import replace

from srbench import Budget, Phase, Recipe, Schedule, Sgd, Term, profile_cuts
from srbench_classics.gradual_models import STATES
from srbench_classics.recipes.budgets import SHORT_ONLINE

PAPER = "Kim et al., CVPR 2016"
MODEL = "drcn" + STATES
SCALES = (2.0, 3.0, 4.0)
SGD = Sgd(momentum=0.9, weight_decay=1e-4)
EARLY, LATE = 0.9, 0.1
"""Shares of the recursions' images in the loss of the two phases."""
CLIP = 0.1
"""Largest norm of the gradient. The paper names no clipping; VDSR, of the same authors, has it."""
PATCH = 41
"""Side of a patch in HR pixels: the network enlarges before its first layer."""
EARLY_BUDGET = Budget(200_000, 64, PATCH, 1e-2, Schedule("step", every=1 / 2, gamma=0.1))
LATE_BUDGET = Budget(200_000, 64, PATCH, 1e-4, Schedule("step", every=1 / 2, gamma=0.1))
"""Budgets of the phases: the rate falls from 1e-2 to 1e-5 by tenths."""


def losses(share: float) -> tuple[Term, ...]:
    """Return the losses with `share` for the recursions' images and the rest for the output."""
    return Term("states", share, {"distance": "l2"}), Term("l2", 1 - share)


def recipe(scale: float) -> Recipe:
    """Return the recipe of one scale."""
    return Recipe(
        f"drcn-x{scale:g}",
        MODEL,
        (
            Phase("recursions", losses(EARLY), EARLY_BUDGET, optimizer=SGD, clip=CLIP),
            Phase("output", losses(LATE), LATE_BUDGET, optimizer=SGD, clip=CLIP),
        ),
        ("T91",),
        profile_cuts(
            short={
                "recursions": replace(SHORT_ONLINE, steps=10_000, learning_rate=1e-2),
                "output": replace(SHORT_ONLINE, steps=10_000, learning_rate=1e-3),
            }
        ),
        scales=(scale,),
        online=True,
        paper=PAPER,
        summary=f"DRCN at x{scale:g}: L2 with recursive supervision on T91",
    )


BY_SCALE = {scale: recipe(scale) for scale in SCALES}
RECIPES = tuple(BY_SCALE.values())
