"""Metrics: one file each. What a metric sees of an image is a `Sample`; of a model, a `Subject`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.metrics.setup import MetricSetup
from srbench.metrics.subject import Subject

if TYPE_CHECKING:
    from srbench.metrics.sample import Sample

__all__ = ["MetricSetup", "Sample", "Subject"]


def __getattr__(name: str) -> Any:
    """`Sample` when it is asked for: it brings numpy and OpenCV, which the list of metrics doesn't need."""
    if name == "Sample":
        from srbench.metrics.sample import Sample

        return Sample
    raise AttributeError(f"module {__name__} has no attribute {name!r}")
