"""How the paper trains (Sec. 5), and what the profiles make of it. Every network is trained for one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Budget, Cut, Phase, Recipe, Schedule, Term
from srbench_gpnas_ensemble.datasets import AIM, REAL_LIKE_TRAIN, equal_size_train
from srbench_gpnas_ensemble.models import DUAL, MODELS, PAPER, REAL, REDUCED, SCALES, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

PHASE = "train"
MIX = 0.84
"""Weight of MS-SSIM beside L1, which the paper doesn't give: Zhao et al. 2017, Sec. III-D, who introduced the mix."""
LEAST_CORRELATION = 0.99
"""Of LR and HR of a pair, in LR's size (Sec. 5). At equal sizes detail that LR lacks counts too, and nearly every pair
is below, however well it lies."""
HALVED = Schedule("step", every=1 / 3, gamma=0.5)
BUDGET = Budget(steps=600_000, batch=16, patch=120, learning_rate=1e-4, schedule=HALVED)
"""The patch is the paper's; the rest is RCAN's (Zhang et al. 2018, Sec. 4.1), as the paper names no more."""

CLIP = 0.1
"""Largest norm of a reduced network's gradient: without it PSNR jumps by 10 dB from one report to the next at the cut
budgets' rate, and the deepest ends 0.3 dB lower. The paper's own phase has none."""
FALL = Schedule("one-cycle")
"""Far fewer steps than the paper's want a higher rate, which then falls to nothing."""
LEVELS, REDUCED_LEVELS = 5, 4
"""Of MS-SSIM: five need HR patches of 176 pixels, four 88. Four also where LR patches of 120 are all that HR has."""
DEMO_SIDE, QUICK_SIDE, SHORT_SIDE = 96, 96, 192
"""HR pixels a side of a patch at the cut budgets, multiples of every scale."""


def budgets(side: int, scale: float, steps: int, batch: int, rate: float) -> Mapping[str, Budget]:
    """A cut one, its patches `side` pixels of HR whatever the scale."""
    return {PHASE: Budget(steps, batch, round(side / scale), rate, FALL)}


def cuts(scale: float, at_hand: str, *, reduced: bool) -> Mapping[str, Cut]:
    """Of a network at `scale`; ``short`` is meant for 20 minutes of one GPU, where it has not been measured yet."""
    short = {"short": Cut(budgets(SHORT_SIDE, scale, 20_000, 16, 2e-4), (at_hand,))}
    if not reduced:
        return short
    return {
        "demo": Cut(budgets(DEMO_SIDE, scale, 20, 2, 1e-3), ("demo",)),
        "quick": Cut(budgets(QUICK_SIDE, scale, 1500, 4, 2e-3), (at_hand,)),
        **short,
    }


def recipe(model: str, scale: float) -> Recipe:
    """L1 and MS-SSIM, on the challenge's pairs; where LR has HR's size on RealSR's, and no demo."""
    real, reduced = model.endswith(REAL), REDUCED in model
    levels = REDUCED_LEVELS if real or reduced else LEVELS
    closed_loop = (Term("closed-loop"),) if model.endswith(WHOLE) else ()
    made = dict(cuts(1 if real else scale, equal_size_train(scale) if real else REAL_LIKE_TRAIN, reduced=reduced))
    if real:
        made.pop("demo", None)  # the demo's photographs are no pairs of equal size
    terms = (Term("l1", 1 - MIX), Term("ms-ssim", MIX, {"levels": levels}), *closed_loop)
    return Recipe(
        named(model, scale),
        model,
        (Phase(PHASE, terms, BUDGET, clip=CLIP if reduced else None),),
        (f"RealSR/train/X{scale:g}" if real else f"{AIM}/train/X{scale:g}",),
        made,
        scales=(1.0 if real else scale,),
        least_correlation=None if real else LEAST_CORRELATION,
        paper=PAPER,
        summary=f"{model} at x{scale:g}: L1 and MS-SSIM",
    )


def named(model: str, scale: float) -> str:
    """The name of a recipe."""
    return f"{model.removesuffix(WHOLE)}-x{scale:g}"


TRAINED = tuple(model.name for model in MODELS if not model.name.startswith(DUAL))
"""The models that are trained at all three scales."""
DUAL_RECIPE = recipe(DUAL + WHOLE, 4.0)
"""The paper's fourth network, at x4 alone; which size it has isn't said."""
RECIPES = (*(recipe(model, scale) for model in TRAINED for scale in SCALES), DUAL_RECIPE)
