"""Weights that srbench trained and ships: the reduced vdsr-ivp, one set for every real scale."""

from __future__ import annotations

from srbench import MethodSpec, bundled_weights
from srbench_ode_ivp.models import PAPER

MODEL = "vdsr-ivp-reduced"
LICENCE = "Apache-2.0; trained on images that are for research use"
NAME = f"{MODEL}-shipped"

WEIGHTS = bundled_weights("srbench_ode_ivp", f"weights/{MODEL}", f"{MODEL}-bundled", LICENCE)
METHOD = MethodSpec(
    NAME,
    MODEL,
    source="bundled",
    bundled=WEIGHTS.name,
    paper=PAPER,
    summary="vdsr-ivp reduced to 10 layers of 16 features, trained by srbench on a cut budget",
)
