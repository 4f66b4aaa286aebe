"""Check of the scales of a training set."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.data.training_set.sources import TrainingImage


def check_scales(scales: tuple[float, ...], images: Iterable[TrainingImage], *, online: bool) -> None:
    """Check that patches of `images` can be cut at each of `scales`.

    Scales are whole numbers from 2, or only 1 for pairs of equal size. If LR is made `online`, they are any numbers
    above 1, and neither pairs of equal size nor datasets with their own degradation are possible.

    Args:
        scales: The scales to train at.
        images: The images of the training set.
        online: Whether LR is made during training.

    Raises:
        UsageError: if there are no scales, or if a scale is not possible.
    """
    if not scales:
        raise UsageError("no scale to train at; name at least one")
    for scale in scales:
        if online and not 1 < scale < math.inf:
            raise UsageError(f"can't make LR patches at x{scale:g}; choose scales above 1")
        if not online and not (scale >= 1 and scale.is_integer()):
            raise UsageError(
                f"can't cut training patches at x{scale:g}; choose whole numbers from 2 (1 for real pairs), "
                "or any scale above 1 in an online recipe"
            )
    for dataset in {image.dataset.name: image.dataset for image in images}.values():
        if dataset.degradation and online:
            raise UsageError(
                f"{dataset.name}: has its own degradation, which an online recipe would not use; use a recipe that is "
                "not online"
            )
        if dataset.equal_size and online:
            raise UsageError(
                f"{dataset.name}: has LR images of HR's size, but an online recipe makes smaller ones; use a recipe "
                "that is not online"
            )
        if dataset.equal_size and set(scales) != {1.0}:
            at = ", ".join(f"x{scale:g}" for scale in scales)
            raise UsageError(f"{dataset.name}: LR and HR have the same size; train on it at x1, not at {at}")
        if not dataset.equal_size and 1.0 in scales:
            raise UsageError(f"{dataset.name}: has no LR images of HR's size; train on it at x2 or more, not at x1")
