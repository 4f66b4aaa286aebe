"""Weights that srbench trained and ships: the reduced EDSR-baseline with its sigma branch, for each scale."""

from __future__ import annotations

from srbench import MethodSpec, WeightsSpec, bundled_weights
from srbench_probabilistic_l1.attach import SUFFIX
from srbench_probabilistic_l1.losses.specs import PAPER
from srbench_probabilistic_l1.models import REDUCED

SCALES = (2, 3, 4)
LICENCE = "Apache-2.0; trained on images that are for research use"
NAME = f"{REDUCED}+ours-shipped"

WEIGHTS: tuple[WeightsSpec, ...] = tuple(
    bundled_weights(
        "srbench_probabilistic_l1", f"weights/{REDUCED}-ours-x{scale}", f"{REDUCED}-ours-x{scale}-bundled", LICENCE
    )
    for scale in SCALES
)
METHOD = MethodSpec(
    NAME,
    REDUCED,
    source="bundled",
    bundled={scale: f"{REDUCED}-ours-x{scale}-bundled" for scale in SCALES},
    training_model=REDUCED + SUFFIX,
    sigma="branch",
    paper=PAPER,
    summary="EDSR-baseline reduced to 8 blocks of 32 features, trained by srbench with Eq. 8 and 10 on a cut budget",
)
