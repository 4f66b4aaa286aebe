"""Training recipes of the paper (Sec. 5), with the cut budgets of the profiles.

Every network is trained for one scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import ONE_CYCLE, Budget, Cut, Phase, Recipe, Schedule, Term, profile_cuts
from srbench_gpnas_ensemble.datasets import AIM, REAL_LIKE_TRAIN, equal_size_train
from srbench_gpnas_ensemble.models import DUAL, MODELS, PAPER, REAL, REDUCED, SCALES, WITH_DUALS

if TYPE_CHECKING:
    from collections.abc import Mapping

PHASE = "train"
MIX = 0.84
"""Weight of MS-SSIM beside L1.

The paper does not give it; the value is from Zhao et al. 2017, Sec. III-D, who introduced the mix.
"""
LEAST_CORRELATION = 0.99
"""Least correlation of LR and HR of a training pair, at the LR size (Sec. 5).

It is not applied at equal sizes: there, detail that LR lacks lowers the correlation too, and nearly every pair falls
below the limit, however well it is aligned.
"""
HALVED = Schedule("step", every=1 / 3, gamma=0.5)
BUDGET = Budget(steps=600_000, batch=16, patch=120, learning_rate=1e-4, schedule=HALVED)
"""Full budget. The patch is the paper's; all else, which the paper omits, is RCAN's (Zhang et al. 2018, Sec. 4.1)."""

CLIP = 0.1
"""Largest gradient norm of a reduced network; the paper does not clip.

Without clipping, PSNR jumps by 10 dB between reports at the learning rate of the cut budgets, and the deepest network
ends 0.3 dB lower.
"""
LEVELS, REDUCED_LEVELS = 5, 4
"""Levels of MS-SSIM in full and reduced training.

Five levels need HR patches of 176 pixels, four need 88. Equal sizes also use four, since their HR patches have 120.
"""
DEMO_SIDE, QUICK_SIDE, SHORT_SIDE = 96, 96, 192
"""Sides of patches in HR pixels at the cut budgets, multiples of every scale."""


def budgets(side: int, scale: float, steps: int, batch: int, rate: float) -> Mapping[str, Budget]:
    """Return a cut budget for the only phase.

    Args:
        side: side of a patch in HR pixels, whatever the scale.
        scale: the scale.
        steps: number of steps.
        batch: number of patches per step.
        rate: learning rate.
    """
    return {PHASE: Budget(steps, batch, round(side / scale), rate, ONE_CYCLE)}


def cuts(scale: float, at_hand: str, *, reduced: bool, pairs: bool) -> Mapping[str, Cut]:
    """Return the cuts of a network by profile.

    ``short`` is meant for 20 minutes on one GPU, and has not been measured there yet.

    Args:
        scale: the scale.
        at_hand: the dataset of the profiles ``quick`` and ``short``.
        reduced: whether the network is small enough for the profiles ``demo`` and ``quick``.
        pairs: whether the network needs pairs of equal size, which the demo photographs are not.
    """
    return profile_cuts(
        demo=budgets(DEMO_SIDE, scale, 20, 2, 1e-3) if reduced and not pairs else None,
        quick=budgets(QUICK_SIDE, scale, 1500, 4, 2e-3) if reduced else None,
        short=budgets(SHORT_SIDE, scale, 20_000, 16, 2e-4),
        quick_data=(at_hand,),
        short_data=(at_hand,),
    )


def recipe(model: str, scale: float) -> Recipe:
    """Return the recipe of a model at `scale`: L1 and MS-SSIM on the challenge's pairs.

    Models for LR images of the HR size train on RealSR's pairs, and have no demo.
    """
    real, reduced = model.endswith(REAL), REDUCED in model
    levels = REDUCED_LEVELS if real or reduced else LEVELS
    closed_loop = (Term("closed-loop"),) if model.endswith(WITH_DUALS) else ()
    at_hand = equal_size_train(scale) if real else REAL_LIKE_TRAIN
    terms = (Term("l1", 1 - MIX), Term("ms-ssim", MIX, {"levels": levels}), *closed_loop)
    return Recipe(
        recipe_name(model, scale),
        model,
        (Phase(PHASE, terms, BUDGET, clip=CLIP if reduced else None),),
        (f"RealSR/train/X{scale:g}" if real else f"{AIM}/train/X{scale:g}",),
        cuts(1 if real else scale, at_hand, reduced=reduced, pairs=real),
        scales=(1.0 if real else scale,),
        least_correlation=None if real else LEAST_CORRELATION,
        paper=PAPER,
        summary=f"{model} at x{scale:g}: L1 and MS-SSIM",
    )


def recipe_name(model: str, scale: float) -> str:
    """Return the name of the recipe of `model` at `scale`."""
    return f"{model.removesuffix(WITH_DUALS)}-x{scale:g}"


TRAINED = tuple(model.name for model in MODELS if not model.name.startswith(DUAL))
"""Names of the models that are trained at all three scales."""
DUAL_RECIPE = recipe(DUAL + WITH_DUALS, 4.0)
"""Recipe of the paper's fourth network, at x4 alone; the paper does not say which size it has."""
RECIPES = (*(recipe(model, scale) for model in TRAINED for scale in SCALES), DUAL_RECIPE)
