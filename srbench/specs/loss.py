"""A loss, as a plugin declares it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LossSpec:
    """Something to minimise: a module built as ``build(**kwargs)``, called as ``loss(prediction, batch)``.

    `prediction` is a `srbench.Prediction`, `batch` a `srbench.losses.batch.Batch`; the result maps names to scalar
    tensors, ``{"l1": ...}``, which are weighted alike, added up, and logged under these names.
    """

    name: str
    build: str
    weights: tuple[str, ...] = ()
    """Names of `WeightsSpec`s that can serve it; ``build(files=..., **kwargs)`` is given the paths of those at hand."""
    paper: str = ""
    summary: str = ""
    version: int = 1
    """Raised whenever its values change; part of the keys of trainings."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""
