"""The progress report of a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class TrainingStep:
    """The state of a training after `step` of the `steps` steps of a phase."""

    recipe: str
    profile: str
    seed: int
    phase: str
    step: int
    steps: int
    losses: Mapping[str, float]
    """Mean since the last report, by name, of each weighted term, of their sum ``loss``, and of whatever else the
    objective reports."""
    learning_rate: float
    steps_per_second: float
    psnr: float | None = None
    """Validation PSNR on Y in dB, mean over held-out images and scales; None if this step was not validated."""
    warnings: tuple[str, ...] = ()
    """Warnings about a loss that rises and about the balance with a discriminator; each is reported once."""
