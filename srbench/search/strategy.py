"""Who chooses the architectures to train: what `srbench search` asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Forecast:
    """What a strategy expects of an architecture: PSNR in dB."""

    mean: float
    deviation: float
    """Standard deviation of what a training would measure."""


class Strategy(Protocol):
    """Chooses among candidates, which it knows by number and by their encoding, and learns from what they scored.

    The same encodings, budget, seed and calls give the same answers.
    """

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        """`encodings`: a point of [0, 1]^d for each candidate; `budget`: how many will be evaluated in all."""

    def ask(self, count: int) -> list[int]:
        """The candidates to evaluate next: `count` different ones never told of, fewer only where no more are left."""

    def tell(self, candidate: int, value: float | None) -> None:
        """What `candidate` scored, higher being better; None: it was evaluated and has no value (it diverged)."""

    def drop(self, candidate: int) -> None:
        """`candidate` is over a limit: it isn't evaluated, costs no budget, and is not to be asked for again."""

    def predict(self) -> Sequence[Forecast] | None:
        """What it expects of every candidate; None: it has no model, or nothing to base one on yet."""
