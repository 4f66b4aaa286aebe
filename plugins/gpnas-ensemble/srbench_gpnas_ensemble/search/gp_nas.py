"""GP-NAS: evaluate the most informative candidates first, then the most promising ones."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import torch

from srbench_gpnas_ensemble.search.gaussian_process import LinearMeanGP
from srbench_gpnas_ensemble.search.mutual_information import greedy
from srbench_gpnas_ensemble.search.observations import Observations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench import Forecast

CONFIRMED = 0.25
"""Last share of the budget, spent on the best predicted candidates, so that the recommended one has been trained."""
FEWEST = 2
"""Number of values that a fit needs; with fewer, the hyperparameters are those of the prior."""


class GPNAS:
    """A search by mutual information under a Gaussian process with a linear mean (Li et al., CVPR 2020).

    The first candidate is drawn at random, since without data only their positions distinguish candidates. Each next
    candidate maximises the mutual information with all others, and the hyperparameters are refitted after each batch.
    The last `CONFIRMED` of the budget goes to the candidates of the best predicted mean.

    Args:
        encodings: the candidates as points.
        budget: number of candidates to evaluate.
        seed: seed of the first candidate.
    """

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        self.seen = Observations(encodings)
        self.explored = budget - int(CONFIRMED * budget)
        self.first = random.Random(seed).randrange(len(encodings))  # noqa: S311 - reproducible, not secret
        self._model: LinearMeanGP | None = None

    def ask(self, count: int) -> list[int]:
        """Return `count` open candidates: the most informative, or late in the search the most promising ones."""
        left, expected = self.seen.open, self.predict()
        informing = count if expected is None else min(count, max(0, self.explored - self.seen.evaluated))
        chosen = [self.first] if not self.seen.values and self.first in left and informing else []
        model, known = self.model(), [*self.seen.values, *chosen]
        allowed = [candidate for candidate in left if candidate not in chosen]
        covariance = model.covariance(self.seen.points)
        chosen += greedy(covariance, model.noise, known, allowed, informing - len(chosen))
        if expected:
            rest = (candidate for candidate in left if candidate not in chosen)
            promising = sorted(rest, key=lambda candidate: -expected[candidate].mean)
            chosen += promising[: count - len(chosen)]
        return chosen

    def tell(self, candidate: int, value: float | None) -> None:
        """Record the score of `candidate`, or None if its training diverged.

        The posterior is updated when it is next needed.
        """
        self.seen.tell(candidate, value)
        self._model = None

    def drop(self, candidate: int) -> None:
        """Exclude `candidate` from the search; the other observations stay."""
        self.seen.drop(candidate)

    def predict(self) -> list[Forecast] | None:
        """Return mean and standard deviation, noise included, of each candidate's score; None without values."""
        if not self.seen.values:
            return None
        return self.seen.predicted(self.model())

    def model(self) -> LinearMeanGP:
        """Return the process, fitted to all recorded values."""
        if self._model is None:
            x, y = self._data()
            self._model = LinearMeanGP(x, y)
            if len(self.seen.values) >= FEWEST:
                self._model.fit()
            self._model.eval()
        return self._model

    def _data(self) -> tuple[torch.Tensor, torch.Tensor]:
        if self.seen.values:
            return self.seen.x, self.seen.y
        return self.seen.points[:0], torch.empty(0, dtype=torch.float64)
