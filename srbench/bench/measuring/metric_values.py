"""Metrics that are ready to measure, and the values that they collect image by image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srbench.errors import CODE_ERRORS, Unavailable
from srbench.loading import load
from srbench.metrics import MetricSetup

if TYPE_CHECKING:
    from srbench.bench.resolve.resolved import ResolvedMetric

Measure = Callable[[Any], float]
"""Function of a metric: takes a `Sample`, or a `Subject` or a `TimedTraining` if the spec's `subject` says so."""


@dataclass
class MetricValues:
    """Values of one metric, collected image by image."""

    values: dict[str, float] = field(default_factory=dict)
    """Value by image name."""
    missing: dict[str, str] = field(default_factory=dict)
    """Reason why an image has no value, by image name."""
    warnings: list[str] = field(default_factory=list)
    error: BaseException | None = None
    """Error that ended the metric."""
    refusal: str = ""
    """Reason why the metric is not available here at all: a library or a file is missing."""

    def add(self, name: str, measure: Callable[[], float]) -> None:
        """Measure and store the value of the image `name`.

        `Unavailable` is noted for the image; any other error ends this metric, but not the others.
        """
        if self.error or self.refusal:
            return
        try:
            self.values[name] = float(measure())
        except Unavailable as reason:
            self.missing[name] = str(reason)
        except CODE_ERRORS as error:  # a metric of a plugin may raise anything
            self.error = error


def metric_function(metric: ResolvedMetric, device: str) -> Measure:
    """Return the metric's function; a metric that is a class is instantiated for `device`."""
    target: Measure | type = load(metric.spec.measure)
    if not isinstance(target, type):
        return target
    measure: Measure = target(MetricSetup(device, {name: path for name, path, _ in metric.weights}))
    return measure


def prepare(metric: ResolvedMetric, device: str) -> tuple[Measure, MetricValues]:
    """Return the metric's function and an empty `MetricValues`.

    If the metric can't be built, the latter holds the reason and accepts no values.
    """
    try:
        return metric_function(metric, device), MetricValues()
    except Unavailable as reason:
        return unavailable, MetricValues(refusal=str(reason))
    except CODE_ERRORS as error:  # a metric of a plugin may raise anything
        return unavailable, MetricValues(error=error)


def unavailable(_subject: object) -> float:
    """Stand in for a metric that can't be built; never called, since its `MetricValues` accept no values."""
    raise AssertionError("a metric that was not built was called")
