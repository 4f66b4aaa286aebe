"""Interface of search strategies, which choose the architectures that `srbench search` trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Forecast:
    """Prediction of a strategy for an architecture: PSNR in dB."""

    mean: float
    deviation: float
    """Standard deviation of the PSNR that a training would give."""


class Strategy(Protocol):
    """Strategy that chooses among candidates, known by index and encoding, and learns from their values.

    The same encodings, budget, seed and calls must give the same answers.
    """

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        """Initialise the strategy.

        Args:
            encodings: A point of [0, 1]^d for each candidate.
            budget: Total number of candidates that will be evaluated.
            seed: Seed of random choices.
        """

    def ask(self, count: int) -> list[int]:
        """Return the candidates to evaluate next.

        These are `count` different candidates that were neither told nor dropped, or fewer if no more are left.
        """

    def tell(self, candidate: int, value: float | None) -> None:
        """Take in the value of `candidate`, higher being better; None if it has no value (the training diverged)."""

    def drop(self, candidate: int) -> None:
        """Exclude `candidate`, which is over a limit: it is not evaluated and must not be returned by `ask` again."""

    def predict(self) -> Sequence[Forecast] | None:
        """Return predictions for all candidates; None without a model, or without enough data for one."""
