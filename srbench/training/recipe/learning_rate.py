"""Learning-rate schedules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.specs.recipe import Budget

FLOOR = 1 / 25
"""Initial rate of the one-cycle schedule as a share of the highest rate.

Smith and Topin 2018, with the value of PyTorch's OneCycleLR.
"""


def learning_rate(budget: Budget, step: int) -> float:
    """Return the learning rate of `step`, counted from 0, of ``budget.steps``."""
    schedule, highest = budget.schedule, budget.learning_rate
    share = step / budget.steps
    if schedule.kind == "step":
        # 1e-6 guards against rounding: 2/3 * 600000 may fall just short of a whole step
        return highest * schedule.gamma ** math.floor((step + 1e-6) / (schedule.every * budget.steps))
    if schedule.kind == "cosine":
        return highest * _fall(share)
    if schedule.kind == "one-cycle":
        if share < schedule.warm_up:
            return highest * (1 - (1 - FLOOR) * _fall(share / schedule.warm_up))
        return highest * _fall((share - schedule.warm_up) / (1 - schedule.warm_up))
    return highest


def _fall(share: float) -> float:
    """Return the half cosine that falls from 1 at `share` 0 to 0 at `share` 1."""
    return (1 + math.cos(math.pi * share)) / 2
