"""Metrics: one file each. What a metric sees of an image is a `Sample`; of a model, a `Subject`."""

from __future__ import annotations

from srbench.metrics.sample import Sample
from srbench.metrics.setup import MetricSetup
from srbench.metrics.subject import Subject

__all__ = ["MetricSetup", "Sample", "Subject"]
