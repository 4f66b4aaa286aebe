"""Recipe of MSLapSRN D5R8 (Lai et al., TPAMI 2018); its constants are those saved with the authors' weights."""

from __future__ import annotations

from srbench import CPU_TRAINING_SETS, Budget, Phase, Recipe, Schedule, Sgd, Term, profile_cuts

PAPER = "Lai et al., TPAMI 2018"
SGD = Sgd(momentum=0.9, weight_decay=1e-4, rate_factors={"*.bias": 0.1})
LOSS = Term("luma-pyramid", 1.0, {"eps": 1e-3})
EPOCH = 1000
BATCH, PATCH, PARTS = 48, 128, 3
"""Patches of 128 HR pixels, a third of them at each scale on average."""
HALVED = Schedule("step", every=0.25, gamma=0.5)
"""Halved every 100 of 400 epochs, to the 1e-6 at which it stays."""


def budget(
    steps: int, rate: float, schedule: Schedule | None = None, *, batch: int = BATCH, patch: int = PATCH
) -> Budget:
    """Return a budget whose batches are divided among the scales."""
    return Budget(steps, batch, patch, rate, schedule or Schedule(), parts=PARTS)


RECIPES = (
    Recipe(
        "mslapsrn",
        "mslapsrn",
        (
            Phase("halving", (LOSS,), budget(400 * EPOCH, 1e-5, HALVED), optimizer=SGD),
            Phase("constant", (LOSS,), budget(1600 * EPOCH, 1e-6), optimizer=SGD),
        ),
        CPU_TRAINING_SETS,
        profile_cuts(
            demo={
                "halving": budget(4, 1e-5, batch=3, patch=48),
                "constant": budget(2, 1e-6, batch=3, patch=48),
            },
            short={"halving": budget(8000, 1e-5, HALVED), "constant": budget(1000, 1e-6)},
        ),
        online=True,
        lr_mode="matlab-double",
        paper=PAPER,
        summary="D5R8, Charbonnier on all levels at x2, x4 and x8 together",
    ),
)
