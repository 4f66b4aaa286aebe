"""Training recipes of the paper (Sec. 3.3 and 4.1), with the cut budgets of the profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import ONE_CYCLE, Budget, Cut, Phase, Recipe, Schedule, Term, profile_cuts
from srbench_ode_ivp.models import PAPER

if TYPE_CHECKING:
    from collections.abc import Mapping

PHASE = "train"
CLIP = 0.1
"""Largest norm of the gradient; VDSR's authors clip too (Kim et al. 2016, Sec. 3.2).

Without clipping, one of three reduced networks stayed at 31.3 dB, while the others reached 32.1 dB.
"""
SCALES = tuple(tenths / 10 for tenths in range(11, 41))
"""Training scales t in {1.1, 1.2, ..., 4.0} (Sec. 4.1), one drawn for each part of a batch."""
HALVED = Schedule("step", every=1 / 6, gamma=0.5)
"""Learning-rate schedule that halves the rate every 100,000 of 600,000 steps."""
VDSR_BUDGET = Budget(steps=600_000, batch=16, patch=200, learning_rate=1e-4, schedule=HALVED)
RDN_BUDGET = Budget(steps=600_000, batch=8, patch=130, learning_rate=1e-4, schedule=HALVED)
"""Budget of RDN. The paper names vdsr for both budgets; 8 patches of 130 "owing to the memory limit" must be RDN's."""

QUICK = Budget(steps=2000, batch=8, patch=64, learning_rate=1e-3, schedule=ONE_CYCLE, parts=4)
SHORT = Budget(steps=20_000, batch=16, patch=96, learning_rate=4e-4, schedule=ONE_CYCLE, parts=4)
"""Budget meant for 20 minutes on one GPU, not measured there yet."""
DEMO = Budget(steps=40, batch=2, patch=32, learning_rate=1e-3, schedule=ONE_CYCLE)

TRAINED: Mapping[str, Budget] = {
    "vdsr-ivp": VDSR_BUDGET,
    "vdsr-ivp-euler": VDSR_BUDGET,
    "vdsr-t": VDSR_BUDGET,
    "rdn-ivp": RDN_BUDGET,
    "rdn-t": RDN_BUDGET,
    "meta-rdn": RDN_BUDGET,
}
REDUCED = ("vdsr-ivp", "vdsr-ivp-euler", "vdsr-t", "rdn-ivp")


def recipe(model: str, budget: Budget, cuts: Mapping[str, Cut]) -> Recipe:
    """Return a recipe with L1 (Eq. 4) at random t; LR is made online from each HR patch.

    Args:
        model: the model's name, which is also the recipe's.
        budget: the paper's training budget.
        cuts: cut budgets by profile.
    """
    return Recipe(
        model,
        model,
        (Phase(PHASE, (Term("l1"),), budget, clip=CLIP),),
        ("DIV2K-train",),
        cuts,
        scales=SCALES,
        online=True,
        paper=PAPER,
        summary=f"{model}: L1 at t from 1.1 to 4",
    )


RECIPES = (
    *(recipe(model, budget, profile_cuts(short={PHASE: SHORT})) for model, budget in TRAINED.items()),
    *(
        recipe(
            f"{model}-reduced",
            TRAINED[model],
            profile_cuts(demo={PHASE: DEMO}, quick={PHASE: QUICK}, short={PHASE: SHORT}),
        )
        for model in REDUCED
    ),
)
