"""DRRN: Tai et al., "Image Super-Resolution via Deep Recursive Residual Network", CVPR 2017."""

from __future__ import annotations

from dataclasses import replace

from srbench import Budget, Phase, Recipe, Schedule, Sgd, Term, profile_cuts
from srbench_classics.recipes.budgets import IMAGES_291, PHASE, SHORT_ONLINE

SCALES = (2.0, 3.0, 4.0)
PATCH = 31
"""Side of a patch in HR pixels: the network enlarges before its first layer."""
BATCH = 128
EPOCH = 6536
"""Steps per epoch in the authors' solver."""
EPOCHS = 50
"""Epochs; the authors' solver halves the rate every ten and names no end within 300."""
HALVED = Schedule("step", every=10 / EPOCHS, gamma=0.5)
BUDGET = Budget(EPOCHS * EPOCH, BATCH, PATCH, 0.1, HALVED)
CLIP = 0.1
"""Largest norm of the gradient: the authors' 0.01 over the rate, at the initial rate of 0.1."""

RECIPES = (
    Recipe(
        "drrn",
        "drrn-bn",
        (
            Phase(
                PHASE,
                (Term("l2", 0.5 * PATCH**2),),
                BUDGET,
                optimizer=Sgd(momentum=0.9, weight_decay=1e-4),
                clip=CLIP,
            ),
        ),
        IMAGES_291,
        profile_cuts(short={PHASE: replace(SHORT_ONLINE, learning_rate=0.1)}),
        scales=SCALES,
        online=True,
        paper="Tai et al., CVPR 2017",
        summary="DRRN B1U25: L2 at x2, x3 and x4, on 291 images",
    ),
)
