"""Whether a network is for the scale and the images that it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import Unavailable
from srbench.specs.model import scales_text

if TYPE_CHECKING:
    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.model import ModelSpec


def check_scale(model: ModelSpec, scale: float) -> None:
    """Raises `Unavailable` where the model has no such scale."""
    if scale < 1:
        raise Unavailable(f"scale {scale:g} is below 1: super-resolution enlarges")
    if model.scales is not None and scale not in model.scales:
        has = scales_text(model.scales)
        raise Unavailable(f"model {model.name} has no x{scale:g}: it has {has}")


def check_sizes(model: ModelSpec, dataset: Dataset) -> None:
    """Raises `Unavailable` where LR has HR's size and the model can't keep it, or the reverse."""
    if dataset.equal_size and not model.equal_size and not (model.scales is None or 1 in model.scales):
        raise Unavailable(f"model {model.name} enlarges: the LR images of {dataset.name} have HR's size already")
    if model.equal_size and not dataset.equal_size:
        raise Unavailable(f"model {model.name} is for LR images of HR's size: those of {dataset.name} are smaller")
