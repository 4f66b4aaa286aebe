"""srbench's own metrics, datasets and protocols, registered through the hooks that every plugin uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.sets import DATASETS
from srbench.hookspecs import hookimpl
from srbench.metrics import builtin, specs_noref, specs_perceptual
from srbench.protocol import MATLAB, PCARN, RGB, STANDARD, Protocol

if TYPE_CHECKING:
    from srbench.specs import DatasetSpec, MetricSpec, WeightsSpec


@hookimpl
def srbench_metrics() -> tuple[MetricSpec, ...]:
    """What the five papers measure: of images, and of models."""
    return *builtin.METRICS, *specs_noref.METRICS, *specs_perceptual.METRICS


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """The networks and parameters that metrics are made of."""
    return *specs_noref.WEIGHTS, *specs_perceptual.WEIGHTS


@hookimpl
def srbench_datasets() -> tuple[DatasetSpec, ...]:
    """The field's test and training sets, and the demo photographs."""
    return DATASETS


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """`standard`, `matlab`, `pcarn` and `rgb`."""
    return STANDARD, MATLAB, PCARN, RGB
