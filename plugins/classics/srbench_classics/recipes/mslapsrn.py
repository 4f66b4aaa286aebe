"""Recipe of MSLapSRN D5R8 (Lai et al., TPAMI 2018); its constants are those saved with the authors' weights."""

from __future__ import annotations

from srbench import Budget, Phase, Recipe, Schedule, Sgd, Term, profile_cuts
from srbench_classics.recipes.budgets import IMAGES_291

PAPER = "Lai et al., TPAMI 2018"
SGD = Sgd(momentum=0.9, weight_decay=1e-4, rate_factors={"*.bias": 0.1})
LOSS = Term("luma-pyramid", 1.0, {"eps": 1e-3})
EPOCH = 1000
BATCH, PATCH, PARTS = 48, 128, 3
"""Patches of 128 HR pixels, a third of them at each scale on average."""
HALVED = Schedule("step", every=0.25, gamma=0.5)
"""Halved every 100 of 400 epochs, to the 1e-6 at which it stays."""


RECIPES = (
    Recipe(
        "mslapsrn",
        "mslapsrn",
        (
            Phase("halving", (LOSS,), Budget(400 * EPOCH, BATCH, PATCH, 1e-5, HALVED, PARTS), optimizer=SGD),
            Phase("constant", (LOSS,), Budget(1600 * EPOCH, BATCH, PATCH, 1e-6, parts=PARTS), optimizer=SGD),
        ),
        IMAGES_291,
        profile_cuts(
            short={
                "halving": Budget(8000, BATCH, PATCH, 1e-5, HALVED, PARTS),
                "constant": Budget(1000, BATCH, PATCH, 1e-6, parts=PARTS),
            },
        ),
        online=True,
        lr_mode="matlab-double",
        paper=PAPER,
        summary="D5R8, Charbonnier on all levels at x2, x4 and x8 together",
    ),
)
