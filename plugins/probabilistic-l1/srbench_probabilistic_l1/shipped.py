"""Weights that srbench trained and ships: the reduced EDSR-baseline with its sigma branch, for each scale."""

from __future__ import annotations

from srbench import bundled_method
from srbench_probabilistic_l1.attach import SUFFIX
from srbench_probabilistic_l1.losses.specs import PAPER
from srbench_probabilistic_l1.models import REDUCED

WEIGHTS, METHOD = bundled_method(
    "srbench_probabilistic_l1",
    {scale: f"{REDUCED}-ours-x{scale}" for scale in (2, 3, 4)},
    REDUCED,
    name=f"{REDUCED}+ours-bundled",
    training_model=REDUCED + SUFFIX,
    sigma="branch",
    paper=PAPER,
    summary="EDSR-baseline reduced to 8 blocks of 32 features, trained by srbench with Eq. 8 and 10 on a cut budget",
)
