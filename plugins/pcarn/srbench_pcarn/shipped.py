"""Weights that srbench trained and ships: PCARN-M after each phase of its training."""

from __future__ import annotations

from srbench import bundled_method, bundled_weights
from srbench_pcarn.recipes import PAPER

L1_WEIGHTS, L1_METHOD = bundled_method(
    "srbench_pcarn",
    "pcarn-m-l1",
    "pcarn-m",
    name="pcarn-m-l1",
    recipe="pcarn-m",
    phase="l1",
    paper=PAPER,
    summary="PCARN-M before its GAN training: made for PSNR; trained by srbench on a cut budget",
)
GAN_WEIGHTS = bundled_weights("srbench_pcarn", "weights/pcarn-m-gan", "pcarn-m-gan-bundled")
"""Weights that the method `pcarn-m` uses where the authors' checkpoint is not at hand."""
WEIGHTS = (*L1_WEIGHTS, GAN_WEIGHTS)
