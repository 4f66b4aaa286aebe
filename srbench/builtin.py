"""srbench's own metrics, losses, datasets and protocols, registered through the hooks that every plugin uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.datasets.known import DATASETS
from srbench.hookspecs import hookimpl
from srbench.losses import specs as losses
from srbench.metrics.specs import fidelity, no_reference, perceptual
from srbench.specs.protocol import MATLAB, PCARN, RGB, STANDARD, Protocol

if TYPE_CHECKING:
    from srbench.specs.dataset import DatasetSpec
    from srbench.specs.loss import LossSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.weights import WeightsSpec


@hookimpl
def srbench_metrics() -> tuple[MetricSpec, ...]:
    """Return the metrics of the five papers, of images and of models."""
    return *fidelity.METRICS, *no_reference.METRICS, *perceptual.METRICS


@hookimpl
def srbench_losses() -> tuple[LossSpec, ...]:
    """Return the losses for training; adversarial losses are part of a phase's `Adversary`."""
    return losses.LOSSES


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """Return the networks and parameters that metrics and losses use."""
    return *no_reference.WEIGHTS, *perceptual.WEIGHTS, *losses.WEIGHTS


@hookimpl
def srbench_datasets() -> tuple[DatasetSpec, ...]:
    """Return the test and training datasets of the field, and the demo photographs."""
    return DATASETS


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """Return the protocols `standard`, `matlab`, `pcarn` and `rgb`."""
    return STANDARD, MATLAB, PCARN, RGB
