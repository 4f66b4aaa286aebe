"""Checks that a model supports the requested scale and LR/HR size relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import Unavailable
from srbench.specs.model import scales_text

if TYPE_CHECKING:
    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.model import ModelSpec


def check_scale(model: ModelSpec, scale: float) -> None:
    """Check that `model` supports `scale`.

    Raises:
        Unavailable: if it does not.
    """
    if scale < 1:
        raise Unavailable(f"scale {scale:g} is below 1: super-resolution enlarges")
    if model.scales is not None and scale not in model.scales:
        raise Unavailable(f"model {model.name} does not support x{scale:g}; its scales: {scales_text(model.scales)}")


def check_sizes(model: ModelSpec, dataset: Dataset) -> None:
    """Check that `model` keeps the image size if the LR images of `dataset` have the HR size, and enlarges otherwise.

    A dataset without images is not at hand, so nothing is known of its LR images.

    Raises:
        Unavailable: if it does not.
    """
    if not dataset.images:
        return
    if dataset.equal_size and not model.equal_size and not (model.scales is None or 1 in model.scales):
        raise Unavailable(f"model {model.name} enlarges, but the LR images of {dataset.name} have the HR size already")
    if model.equal_size and not dataset.equal_size:
        raise Unavailable(
            f"model {model.name} is for LR images of the HR size, but those of {dataset.name} are smaller"
        )
