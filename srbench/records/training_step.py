"""The progress report of a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class TrainingStep:
    """The state of a training after a step of a phase."""

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

    @property
    def title(self) -> str:
        """Name of the training of this phase for people, such as ``pcarn-m l1 quick seed 0``."""
        return f"{self.recipe} {self.phase} {self.profile} seed {self.seed}"

    @property
    def settings(self) -> dict[str, object]:
        """Recipe, phase, profile, seed and number of steps, which are the same for all steps of the phase."""
        names = ("recipe", "phase", "profile", "seed", "steps")
        return {name: getattr(self, name) for name in names}

    @property
    def numbers(self) -> dict[str, float]:
        """Losses, ``learning_rate``, ``steps_per_second``, and ``psnr`` in dB if this step was validated."""
        validated = {} if self.psnr is None else {"psnr": self.psnr}
        speed = {"learning_rate": self.learning_rate, "steps_per_second": self.steps_per_second}
        return {**self.losses, **speed, **validated}

    @property
    def last(self) -> bool:
        """Whether the phase ends with this step."""
        return self.step >= self.steps
