"""What a training reports while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class TrainingStep:
    """The state of a training after `step` of `steps` steps of a phase."""

    recipe: str
    profile: str
    seed: int
    phase: str
    step: int
    steps: int
    losses: Mapping[str, float]
    """By name: each weighted term, ``loss`` for what the network minimises, and what else the objective reports; means
    since the last report."""
    learning_rate: float
    steps_per_second: float
    psnr: float | None = None
    """Of the images held out, where this step was validated: on Y, in dB, mean over images and scales."""
    warnings: tuple[str, ...] = ()
    """What was noticed with this report of the balance between the network and its adversary: each is said once."""
