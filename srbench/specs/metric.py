"""Metrics, as a plugin declares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class MetricSpec:
    """A metric: a number about an SR image, about a model, or about a model's training.

    `measure` is the ``"module:attribute"`` of a function or of a class whose instances are such functions; a class is
    built once per pass over a dataset, as ``cls(setup)`` with a `srbench.metrics.MetricSetup`. Images are measured one
    after the other, but in another thread than the network (`srbench.bench.measuring.overlap`). The function is, by
    `subject`:

    ``image``: ``(sample: srbench.metrics.Sample) -> float``;
    ``model``: ``(subject: srbench.metrics.Subject) -> float``;
    ``training``: ``(subject: srbench.training.step_time.TimedTraining) -> float``.
    """

    name: str
    measure: str
    better: Literal["higher", "lower"]
    aliases: tuple[str, ...] = ()
    title: str = ""
    """Heading in tables, e.g. ``PSNR``."""
    unit: str = ""
    """Unit of the value, printed in the heading of a metric of models or trainings."""
    range: tuple[float, float] = (float("-inf"), float("inf"))
    """Smallest and largest possible value."""
    subject: Literal["image", "model", "training"] = "image"
    """Kind of object that is measured."""
    reference: bool = True
    """Whether the metric compares SR with an HR image."""
    requires: tuple[str, ...] = ()
    """Parts of a `Prediction` that the metric needs beside SR, e.g. ``("sigma",)``."""
    weights: tuple[str, ...] = ()
    """Names of the `WeightsSpec`s whose paths the class gets."""
    version: int = 1
    """Version, raised whenever the values change; part of the keys of records."""
    decimals: int = 3
    """Digits after the decimal point in tables where no published value sets their number."""
    tolerance: float = 0.0
    """Largest difference from the published value that counts as "reproduced" with released weights (docs/protocols.md,
    Tolerances)."""
    tolerance_retrained: float | None = None
    """Tolerance for a network that was trained here at the paper's budget; None: `tolerance`."""
    tolerance_inexact: float | None = None
    """Tolerance where the exact copy of the dataset is unknown (`DatasetSpec.exact`); None: `tolerance`."""
    conventions: tuple[str, ...] = ()
    """Names of metrics that count the same quantity by another convention; where one of them gives the published number
    and this metric does not, the verdict says so."""
    repeatable: bool = True
    """Whether two runs give the same value; False for timings."""
    paper: str = ""
    summary: str = ""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""

    @property
    def needs_sigma(self) -> bool:
        """Whether the metric needs the model's standard deviation."""
        return "sigma" in self.requires
