"""Random search: the rival that every strategy has to beat."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class RandomSearch:
    """Candidates in random order, whatever they scored (Bergstra and Bengio 2012)."""

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        del budget
        self._left = list(range(len(encodings)))
        random.Random(seed).shuffle(self._left)  # noqa: S311 - reproducible, not secret

    def ask(self, count: int) -> list[int]:
        """The next of them."""
        return self._left[:count]

    def tell(self, candidate: int, value: float | None) -> None:
        """Crosses `candidate` off."""
        del value
        self._left.remove(candidate)

    def drop(self, candidate: int) -> None:
        """Crosses `candidate` off."""
        self._left.remove(candidate)

    def predict(self) -> None:
        """Nothing: it has no model."""
        return
