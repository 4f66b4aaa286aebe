"""At which scales a training set can be made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.data.training_set.sources import TrainingImage


def check_scales(scales: tuple[float, ...], images: Iterable[TrainingImage], *, online: bool) -> None:
    """Raises `UsageError` for no scales, and for one that no patches of `images` can be had at.

    These are whole numbers from 2, or 1 alone for pairs of equal size; where LR is made `online`, all above 1, but no
    pairs of equal size nor sets that make LR images of their own.
    """
    if not scales:
        raise UsageError("no scale to train at")
    for scale in scales:
        if online and not 1 < scale < math.inf:
            raise UsageError(f"can't make LR patches at x{scale:g}: scales are numbers above 1")
        if not online and not (scale >= 1 and scale.is_integer()):
            raise UsageError(
                f"can't cut training patches at x{scale:g}: scales are whole numbers from 2 (1: real pairs), "
                "or any above 1 in a recipe that is online"
            )
    for dataset in {image.dataset.name: image.dataset for image in images}.values():
        if dataset.degradation and online:
            raise UsageError(f"{dataset.name}: makes LR images of its own; a recipe that is online makes other ones")
        if dataset.equal_size and online:
            raise UsageError(f"{dataset.name}: has LR images of HR's size; a recipe that is online makes smaller ones")
        if dataset.equal_size and set(scales) != {1.0}:
            at = ", ".join(f"x{scale:g}" for scale in scales)
            raise UsageError(f"{dataset.name}: LR and HR have the same size; train on it at x1, not at {at}")
        if not dataset.equal_size and 1.0 in scales:
            raise UsageError(f"{dataset.name}: has no LR images of HR's size; train on it at x2 or more, not at x1")
