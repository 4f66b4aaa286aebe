"""srbench's own metrics, losses, datasets and protocols, registered through the hooks that every plugin uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.sets import DATASETS
from srbench.hookspecs import hookimpl
from srbench.losses import specs as losses
from srbench.metrics import builtin, specs_noref, specs_perceptual
from srbench.protocol import MATLAB, PCARN, RGB, STANDARD, Protocol

if TYPE_CHECKING:
    from srbench.specs import DatasetSpec, LossSpec, MetricSpec, WeightsSpec


@hookimpl
def srbench_metrics() -> tuple[MetricSpec, ...]:
    """What the five papers measure: of images, and of models."""
    return *builtin.METRICS, *specs_noref.METRICS, *specs_perceptual.METRICS


@hookimpl
def srbench_losses() -> tuple[LossSpec, ...]:
    """What networks are trained to minimise; adversarial terms are a phase's `Adversary`."""
    return losses.LOSSES


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """The networks and parameters that metrics and losses are made of."""
    return *specs_noref.WEIGHTS, *specs_perceptual.WEIGHTS, *losses.WEIGHTS


@hookimpl
def srbench_datasets() -> tuple[DatasetSpec, ...]:
    """The field's test and training sets, and the demo photographs."""
    return DATASETS


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """`standard`, `matlab`, `pcarn` and `rgb`."""
    return STANDARD, MATLAB, PCARN, RGB
