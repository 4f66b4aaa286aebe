"""Measurement of the golden cases on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from srbench.bench.measuring.metric_values import Measure, metric_function
from srbench.errors import CODE_ERRORS, Unavailable, UnknownName
from srbench.imaging.colour import luma
from srbench.imaging.resize import imresize
from srbench.metrics import Sample
from srbench.selftest.images import card, degraded, photograph, uncertainty
from srbench.selftest.network import subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from srbench.bench.resolve.resolver import Resolver
    from srbench.catalog import Catalog
    from srbench.selftest.golden import Golden


@dataclass(frozen=True)
class Outcome:
    """Result of comparing measured values with golden ones."""

    name: str
    cases: int
    status: Literal["ok", "FAILED", "not available"]
    tolerance: float
    reference: str
    error: float | None = None
    """Largest deviation from a golden value; None if nothing was measured."""
    reason: str = ""
    """Explanation of a missing measurement; empty if there is none."""


def check(golden: Golden, resolver: Resolver, device: str) -> Outcome:
    """Measure all cases and compare them with their golden values.

    Errors of the metric are not raised but reported in the outcome.

    Args:
        golden: Golden values of one metric or step.
        resolver: Resolver of the metric and its weights.
        device: Device to measure on.

    Returns:
        The outcome; its `reason` explains why a metric could not be measured.
    """

    def outcome(status: Literal["ok", "FAILED", "not available"], **more: Any) -> Outcome:
        return Outcome(golden.name, len(golden.cases), status, golden.tolerance, golden.reference, **more)

    try:
        measure = _measure(golden, resolver, device)
        error = float(np.max([_distance(measure(case), case["value"]) for case in golden.cases]))  # NaN stays NaN
    except (Unavailable, UnknownName) as reason:
        return outcome("not available", reason=str(reason))
    except CODE_ERRORS as fault:  # the self-test reports any error that a broken library raises
        return outcome("FAILED", reason=f"{type(fault).__name__}: {' '.join(str(fault).split())}")
    return outcome("ok" if error <= golden.tolerance else "FAILED", error=error)


def _measure(golden: Golden, resolver: Resolver, device: str) -> Callable[[dict[str, Any]], Any]:
    if golden.of in STEPS:
        return STEPS[golden.of]
    measure: Measure = metric_function(resolver.metric(resolver.catalog.metrics.get(golden.name)), device)
    if golden.of == "model":
        return lambda _case: measure(subject(device))
    return lambda case: measure(_sample(case, resolver.catalog))


def _pixels(case: dict[str, Any]) -> NDArray[np.int64]:
    """Sum each channel, which detects decoded pixels that differ and would make every metric of images fail."""
    sums: NDArray[np.int64] = photograph(case["photograph"]).sum((0, 1), dtype=np.int64)
    return sums


def _resized(case: dict[str, Any]) -> NDArray[Any]:
    image = card(case["height"], case["width"])[..., 0].astype(case["dtype"])
    return imresize(image, case["scale"], mode=case["mode"])


def _luma(case: dict[str, Any]) -> NDArray[np.float64]:
    row = np.array([case["colours"]], np.uint8)
    return luma(row, rounded=case["rounded"]).ravel()


STEPS: dict[str, Callable[[dict[str, Any]], Any]] = {"pixels": _pixels, "luma": _luma, "resize": _resized}


def _sample(case: dict[str, Any], catalog: Catalog) -> Sample:
    hr = photograph(case["photograph"])
    sr = degraded(hr) if case["degraded"] else hr
    mu = sr.astype(np.float32) / np.float32(255)
    protocol = catalog.protocols.get(case["protocol"])
    return Sample(case["photograph"], sr, hr, case["scale"], protocol, mu, uncertainty(*sr.shape[:2]))


def _distance(measured: Any, expected: Any) -> float:
    """Return the largest absolute difference; NaN if one is NaN, and infinity if the shapes differ."""
    actual, golden = np.asarray(measured, np.float64), np.asarray(expected, np.float64)
    return float(np.abs(actual - golden).max()) if actual.shape == golden.shape else float("inf")
