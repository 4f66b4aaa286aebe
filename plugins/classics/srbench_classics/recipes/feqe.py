"""Recipe of FEQE (Vu et al., ECCVW 2018); its constants are those of the authors' code."""

from __future__ import annotations

from srbench import ONE_CYCLE, Budget, Phase, Recipe, Schedule, Term, profile_cuts

PAPER = "Vu et al., ECCVW 2018"
LOSSES = (Term("l2"), Term("vgg", 1e-4, {"layers": "relu5_4", "distance": "l2"}))
EPOCH = 100
"""Steps: 800 images in batches of 8."""
BATCH, PATCH = 8, 48
"""Side of an LR patch: 192 HR pixels at x4."""
HALVED = Schedule("step", every=0.6, gamma=0.5)
"""Halved after 1200 of 2000 epochs."""

RECIPES = (
    Recipe(
        "feqe",
        "feqe",
        (Phase("mse-vgg", LOSSES, Budget(2000 * EPOCH, BATCH, PATCH, 1e-4, HALVED)),),
        ("DIV2K-train",),
        profile_cuts(
            quick={"mse-vgg": Budget(300, 4, 24, 1e-3, ONE_CYCLE)},
            short={"mse-vgg": Budget(10_000, BATCH, PATCH, 5e-4, ONE_CYCLE)},
        ),
        scales=(4.0,),
        paper=PAPER,
        summary="MSE and VGG loss",
    ),
)
