"""srbench-classics: super-resolution networks that many papers compare with, and interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import srbench
from srbench_classics.methods import METHODS
from srbench_classics.models import MODELS
from srbench_classics.recipes import RECIPES
from srbench_classics.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable


@srbench.hookimpl
def srbench_models() -> Iterable[srbench.ModelSpec]:
    """Return the specs of all models.

    These are interpolation, SRCNN, VDSR, LapSRN, SRResNet, EDSR, RDN, RCAN, CARN, IMDN, IDN, OISR-RK2, SAN, HAN and
    NLSA; the gradual networks DRCN, DRRN, D-DBPN and SRFBN; Meta-RDN; and RealSR's networks for LR images of HR's size.
    """
    return MODELS


@srbench.hookimpl
def srbench_weights() -> Iterable[srbench.WeightsSpec]:
    """Return the released checkpoints of VDSR, LapSRN, CARN-M, IMDN, EDSR, RCAN and NLSN."""
    return WEIGHTS


@srbench.hookimpl
def srbench_methods() -> Iterable[srbench.MethodSpec]:
    """Return interpolation, each network with a released checkpoint, and those that the recipes train."""
    return METHODS


@srbench.hookimpl
def srbench_losses() -> Iterable[srbench.LossSpec]:
    """Return the loss on the intermediate images of gradual networks."""
    return (
        srbench.LossSpec(
            "states",
            "srbench_classics.supervised:States",
            paper="Kim et al., CVPR 2016 (DRCN); Lai et al., CVPR 2017; Li et al., CVPR 2019",
            summary="distance of each intermediate image to HR; distance, over",
        ),
    )


@srbench.hookimpl
def srbench_recipes() -> Iterable[srbench.Recipe]:
    """Return the recipes of SAN, HAN, NLSN, RDN, IDN, RealSR's networks and the gradual networks."""
    return RECIPES
