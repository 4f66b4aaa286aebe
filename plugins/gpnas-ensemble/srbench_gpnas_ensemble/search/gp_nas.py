"""GP-NAS: train what tells most, then what promises most."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import torch

from srbench_gpnas_ensemble.search.gaussian_process import LinearMeanGP
from srbench_gpnas_ensemble.search.mutual_information import greedy
from srbench_gpnas_ensemble.search.observations import Observations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.search.strategy import Forecast

CONFIRMED = 0.25
"""Share of the budget, the last, that is spent on the best predicted: what is recommended should have been trained."""
FEWEST = 2
"""Values that a fit needs; before, the hyperparameters are those of the prior."""


class GPNAS:
    """A Gaussian process with a linear mean over the encoding (Li et al., CVPR 2020), asked for mutual information.

    The first candidate is drawn at random: without data nothing sets one apart but its place. Then each next one
    maximises the mutual information with all the others, and after each batch the hyperparameters are fitted anew. The
    last `CONFIRMED` of the budget goes to those of the best predicted mean.
    """

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        self.seen = Observations(encodings)
        self.explored = budget - int(CONFIRMED * budget)
        self.first = random.Random(seed).randrange(len(encodings))  # noqa: S311 - reproducible, not secret
        self._model: LinearMeanGP | None = None

    def ask(self, count: int) -> list[int]:
        """Of the open candidates those that tell most, or, late in the search, those that promise most."""
        left, expected = self.seen.open, self.predict()
        informing = count if expected is None else min(count, max(0, self.explored - self.seen.evaluated))
        chosen = [self.first] if not self.seen.values and self.first in left and informing else []
        model, known = self.model(), [*self.seen.values, *chosen]
        allowed = [one for one in left if one not in chosen]
        covariance = model.covariance(self.seen.points)
        chosen += greedy(covariance, model.noise, known, allowed, informing - len(chosen))
        if expected:
            promising = sorted((one for one in left if one not in chosen), key=lambda one: -expected[one].mean)
            chosen += promising[: count - len(chosen)]
        return chosen

    def tell(self, candidate: int, value: float | None) -> None:
        """Take in what `candidate` scored; the posterior is updated when it is next needed."""
        self.seen.tell(candidate, value)
        self._model = None

    def drop(self, candidate: int) -> None:
        """Leave `candidate` out of the question; what is known of the others stays."""
        self.seen.drop(candidate)

    def predict(self) -> list[Forecast] | None:
        """Mean and deviation, noise included, of what a training of each candidate would measure."""
        if not self.seen.values:
            return None
        return self.seen.predicted(self.model())

    def model(self) -> LinearMeanGP:
        """The process, fitted to all that was told."""
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
