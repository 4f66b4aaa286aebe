"""The learning rate of each step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.specs.recipe import Budget

FLOOR = 1 / 25
"""Of the highest rate, where one-cycle begins (Smith and Topin 2018, as PyTorch's OneCycleLR has it)."""


def learning_rate(budget: Budget, step: int) -> float:
    """The rate for `step`, counted from 0, of ``budget.steps``."""
    schedule, highest = budget.schedule, budget.learning_rate
    share = step / budget.steps
    if schedule.kind == "step":
        # the sum guards against 2/3 * 600000 falling just short of a whole step
        return highest * schedule.gamma ** math.floor((step + 1e-6) / (schedule.every * budget.steps))
    if schedule.kind == "cosine":
        return highest * _fall(share)
    if schedule.kind == "one-cycle":
        if share < schedule.warm_up:
            return highest * (1 - (1 - FLOOR) * _fall(share / schedule.warm_up))
        return highest * _fall((share - schedule.warm_up) / (1 - schedule.warm_up))
    return highest


def _fall(share: float) -> float:
    """Half a cosine from 1 to 0."""
    return (1 + math.cos(math.pi * share)) / 2
