"""Random search: the baseline for all search strategies."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class RandomSearch:
    """Strategy that proposes candidates in random order, independent of their scores (Bergstra and Bengio 2012)."""

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        del budget
        self._left = list(range(len(encodings)))
        random.Random(seed).shuffle(self._left)  # noqa: S311 - reproducible, not secret

    def ask(self, count: int) -> list[int]:
        """Return the next `count` candidates."""
        return self._left[:count]

    def tell(self, candidate: int, value: float | None) -> None:
        """Remove `candidate` from the list of candidates."""
        del value
        self._left.remove(candidate)

    def drop(self, candidate: int) -> None:
        """Remove `candidate` from the list of candidates."""
        self._left.remove(candidate)

    def predict(self) -> None:
        """Return None, as this strategy has no model."""
        return
