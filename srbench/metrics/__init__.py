"""Metrics, one file per metric.

A metric of images is computed from a `Sample`, a metric of models from a `Subject`; `specs` registers the metrics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.metrics.setup import MetricSetup
from srbench.metrics.subject import Subject

if TYPE_CHECKING:
    from srbench.metrics.sample import Sample

__all__ = ["MetricSetup", "Sample", "Subject"]


def __getattr__(name: str) -> Any:
    """Import `Sample` on first access: it needs NumPy and OpenCV, which listing the metrics does not."""
    if name == "Sample":
        from srbench.metrics.sample import Sample

        return Sample
    raise AttributeError(f"module {__name__} has no attribute {name!r}")
