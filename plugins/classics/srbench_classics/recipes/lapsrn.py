"""LapSRN: Lai et al., "Deep Laplacian Pyramid Networks for Fast and Accurate Super-Resolution", CVPR 2017.

The luma of every level of the pyramid is supervised, with that of HR downscaled to its size.
"""

from __future__ import annotations

from srbench import Budget, Phase, Recipe, Schedule, Sgd, Term, profile_cuts
from srbench_classics.gradual_models import STATES
from srbench_classics.recipes.budgets import IMAGES_291

PAPER = "Lai et al., CVPR 2017"
MODEL = "lapsrn" + STATES
SCALES = (2.0, 4.0, 8.0)
HR_PATCH = 128
SGD = Sgd(momentum=0.9, weight_decay=1e-4)
EPOCH = 100
"""Steps per epoch in the authors' code."""
HALVED = Schedule("step", every=1 / 4, gamma=0.5)
"""Learning-rate schedule that halves the rate every 50 of 200 epochs."""
FALLING, FLOOR = 200 * EPOCH, 800 * EPOCH
"""Steps while the rate falls, and at the least rate, 1e-6, of the authors' code."""
SUPERVISED = (Term("luma-pyramid", 1.0, {"eps": 1e-3}),)
"""The sum over the pixels of each level, as in the authors' code."""


def recipe(scale: float) -> Recipe:
    """Return the recipe of one scale."""
    patch = round(HR_PATCH / scale)
    return Recipe(
        f"lapsrn-x{scale:g}",
        MODEL,
        (
            Phase("falling", SUPERVISED, Budget(FALLING, 64, patch, 1e-5, HALVED), optimizer=SGD),
            Phase("floor", SUPERVISED, Budget(FLOOR, 64, patch, 1e-6), optimizer=SGD),
        ),
        IMAGES_291,
        profile_cuts(
            short={"falling": Budget(10_000, 64, patch, 1e-5, HALVED), "floor": Budget(10_000, 64, patch, 1e-6)}
        ),
        scales=(scale,),
        paper=PAPER,
        summary=f"LapSRN at x{scale:g}: Charbonnier at every level, on 291 images",
    )


BY_SCALE = {scale: recipe(scale) for scale in SCALES}
RECIPES = tuple(BY_SCALE.values())
