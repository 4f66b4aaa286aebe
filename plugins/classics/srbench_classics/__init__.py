"""srbench-classics: super-resolution networks that many papers compare with, and interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import srbench
from srbench_classics.losses.specs import LOSSES
from srbench_classics.methods import METHODS
from srbench_classics.models import MODELS
from srbench_classics.recipes import RECIPES
from srbench_classics.released_images import IMAGES
from srbench_classics.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@srbench.hookimpl
def srbench_models() -> Iterable[srbench.ModelSpec]:
    """Return the specs of all models.

    These are interpolation, SRCNN, VDSR, LapSRN, MS-LapSRN, ENet, SRResNet, EDSR, RDN, RCAN, CARN, IMDN, IDN, OISR-RK2,
    SAN, HAN, NLSA, FEQE and TSRN; the gradual networks DRCN, DRRN, D-DBPN and SRFBN; Meta-RDN; and RealSR's networks
    for LR images of HR's size.
    """
    return MODELS


@srbench.hookimpl
def srbench_weights() -> Iterable[srbench.WeightsSpec]:
    """Return the released checkpoints: the authors' own, and re-implementations of VDSR and LapSRN."""
    return WEIGHTS


@srbench.hookimpl
def srbench_images() -> Iterable[srbench.ImagesSpec]:
    """Return the SR images that the authors of networks published."""
    return IMAGES


@srbench.hookimpl
def srbench_methods() -> Iterable[srbench.MethodSpec]:
    """Return interpolation, and each network that has a released checkpoint, SR images or a recipe, as methods."""
    return METHODS


@srbench.hookimpl
def srbench_losses() -> Iterable[srbench.LossSpec]:
    """Return the losses on luma, and that on the intermediate images of gradual networks."""
    return LOSSES


@srbench.hookimpl
def srbench_recipes() -> Iterable[srbench.Recipe]:
    """Return the training recipes of the networks' papers."""
    return RECIPES


@srbench.hookimpl
def srbench_expected_failures() -> Mapping[str, str]:
    """Return the reason why interpolation leaves the device of its input."""
    reason = "rounded bit for bit as MATLAB does, by NumPy on the CPU"
    return {f"model-device:model {name} *": reason for name in ("bicubic", "bilinear", "nearest")}
