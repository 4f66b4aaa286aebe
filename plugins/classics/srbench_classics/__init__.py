"""srbench-classics: the super-resolution networks that several papers compare with, and interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import srbench
from srbench_classics.methods import METHODS
from srbench_classics.models import MODELS
from srbench_classics.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable


@srbench.hookimpl
def srbench_models() -> Iterable[srbench.ModelSpec]:
    """Interpolation, SRCNN, VDSR, LapSRN, SRResNet, EDSR, RDN, RCAN, CARN, IMDN, IDN, OISR-RK2, SAN, HAN, NLSA.

    Also the gradual networks DRCN, DRRN, D-DBPN and SRFBN, Meta-RDN, and RealSR's for images of equal size.
    """
    return MODELS


@srbench.hookimpl
def srbench_weights() -> Iterable[srbench.WeightsSpec]:
    """Released checkpoints of VDSR, LapSRN, CARN-M and IMDN."""
    return WEIGHTS


@srbench.hookimpl
def srbench_methods() -> Iterable[srbench.MethodSpec]:
    """Interpolation, and each network that has a released checkpoint."""
    return METHODS
