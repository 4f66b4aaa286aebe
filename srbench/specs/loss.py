"""Training losses, as a plugin declares them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LossSpec:
    """A training loss: a module built as ``build(**kwargs)`` and called as ``loss(prediction, batch)``.

    `prediction` is a `srbench.Prediction` and `batch` a `srbench.losses.batch.Batch`. The result maps names to scalar
    tensors, ``{"l1": ...}``, which share one weight, are added up, and are logged under these names.
    """

    name: str
    build: str
    """``"module:attribute"`` of the module."""
    weights: tuple[str, ...] = ()
    """Names of the `WeightsSpec`s that the loss can use; ``build(files=..., **kwargs)`` gets the paths of the available
    ones by name."""
    paper: str = ""
    summary: str = ""
    version: int = 1
    """Version, raised whenever the values change; part of the keys of trainings."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""
