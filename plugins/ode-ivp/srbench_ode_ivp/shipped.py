"""Weights that srbench trained and ships: the reduced vdsr-ivp, one set for every real scale."""

from __future__ import annotations

from srbench import bundled_method
from srbench_ode_ivp.models import PAPER

MODEL = "vdsr-ivp-reduced"

WEIGHTS, METHOD = bundled_method(
    "srbench_ode_ivp",
    MODEL,
    MODEL,
    paper=PAPER,
    summary="vdsr-ivp reduced to 10 layers of 16 features, trained by srbench on a cut budget",
)
