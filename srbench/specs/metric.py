"""A metric, as a plugin declares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class MetricSpec:
    """A number about an SR image, about a model, or about its training.

    `measure` names a function ``(sample: srbench.metrics.Sample) -> float`` (for `subject="model"`:
    ``(subject: srbench.metrics.Subject) -> float``; for `subject="training"`:
    ``(subject: srbench.training.step_time.TimedTraining) -> float``) or a class whose instances are such functions;
    a class is built once for each pass over a dataset, as ``cls(setup)`` with a `srbench.metrics.MetricSetup`.
    """

    name: str
    measure: str
    better: Literal["higher", "lower"]
    aliases: tuple[str, ...] = ()
    title: str = ""
    """As it stands in a table's header, e.g. ``PSNR``."""
    unit: str = ""
    range: tuple[float, float] = (float("-inf"), float("inf"))
    subject: Literal["image", "model", "training"] = "image"
    reference: bool = True
    """Needs HR."""
    requires: tuple[str, ...] = ()
    """What it needs of a `Prediction` beside SR, e.g. ``("sigma",)``."""
    weights: tuple[str, ...] = ()
    """Names of `WeightsSpec`s that its class is given the paths of."""
    version: int = 1
    """Raised whenever the numbers change; part of a record's key."""
    decimals: int = 3
    """Digits after the point in tables without a published value to follow."""
    tolerance: float = 0.0
    """Largest difference from print that still is "reproduced" with released weights (docs/protocols.md)."""
    tolerance_retrained: float | None = None
    """The same for a network trained here at the paper's budget; None: as `tolerance`."""
    tolerance_inexact: float | None = None
    """Where the exact copy of the dataset is unknown (`DatasetSpec.exact`); None: as `tolerance`."""
    repeatable: bool = True
    """False for timings: two runs differ."""
    paper: str = ""
    summary: str = ""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""

    @property
    def needs_sigma(self) -> bool:
        """Whether it is about the model's standard deviation."""
        return "sigma" in self.requires
