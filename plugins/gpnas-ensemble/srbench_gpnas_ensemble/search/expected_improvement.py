"""Bayesian optimisation with BoTorch's expected improvement, a baseline for GP-NAS."""

from __future__ import annotations

import random
import warnings
from typing import TYPE_CHECKING

import torch
from botorch.acquisition.logei import qLogExpectedImprovement
from botorch.exceptions.errors import ModelFittingError
from botorch.exceptions.warnings import BotorchWarning
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.optim.optimize import optimize_acqf_discrete
from botorch.sampling.normal import SobolQMCNormalSampler
from gpytorch.mlls import ExactMarginalLogLikelihood
from linear_operator.utils.warnings import NumericalWarning

from srbench_gpnas_ensemble.search.observations import Observations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench import Forecast

START = 4
"""Number of random candidates before a model is fitted."""
FEWEST = 2
"""Number of values that a model needs."""
SAMPLES = 256


class ExpectedImprovement:
    """A search by BoTorch's default process and log expected improvement (Ament et al., NeurIPS 2023).

    The process is `SingleTaskGP` with its defaults.

    Args:
        encodings: the candidates as points.
        budget: number of candidates to evaluate.
        seed: seed of the random choices.
    """

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        self.seen = Observations(encodings)
        self.seed = seed
        self.start = min(START, budget)
        self._model: SingleTaskGP | None = None

    def ask(self, count: int) -> list[int]:
        """Return up to `count` candidates to evaluate next.

        They are random at first, and then those of the greatest expected improvement over the best value so far.
        """
        left = self.seen.open
        size = min(count, len(left))
        unknown = len(self.seen.values) < FEWEST
        drawn = size if unknown else min(size, max(0, self.start - self.seen.evaluated))
        # seeded by the number of candidates left, so that a resumed search draws the same as an uninterrupted one
        chosen = random.Random(f"{self.seed}:{len(left)}").sample(left, drawn)  # noqa: S311 - not secret
        if drawn == size:
            return chosen
        rest = [candidate for candidate in left if candidate not in chosen]
        return chosen + self._improving(rest, chosen, size - drawn)

    def _improving(self, rest: list[int], pending: list[int], count: int) -> list[int]:
        """Return the `count` of `rest` with the greatest expected improvement, given the `pending` evaluations."""
        sampler = SobolQMCNormalSampler(torch.Size([SAMPLES]), seed=self.seed)
        waiting = self.seen.points[pending] if pending else None
        improvement = qLogExpectedImprovement(self.model(), self.seen.y.max(), sampler, X_pending=waiting)
        with warnings.catch_warnings():
            # BoTorch warns when it adds jitter to a nearly singular matrix; that is harmless
            warnings.simplefilter("ignore", BotorchWarning)
            warnings.simplefilter("ignore", NumericalWarning)
            points, _ = optimize_acqf_discrete(improvement, count, self.seen.points[rest], unique=True)
        return [
            min(rest, key=lambda candidate: float((self.seen.points[candidate] - point).abs().sum()))
            for point in points
        ]

    def tell(self, candidate: int, value: float | None) -> None:
        """Record the score of `candidate`, or None if its training diverged."""
        self.seen.tell(candidate, value)
        self._model = None

    def drop(self, candidate: int) -> None:
        """Exclude `candidate` from the search."""
        self.seen.drop(candidate)

    def predict(self) -> list[Forecast] | None:
        """Return mean and standard deviation, noise included, of each candidate; None without a model."""
        if len(self.seen.values) < FEWEST:
            return None
        return self.seen.predicted(self.model())

    def model(self) -> SingleTaskGP:
        """Return BoTorch's process, fitted to all recorded values."""
        if self._model is None:
            with warnings.catch_warnings():
                # BoTorch warns about equal values, which have no variance to standardise; and see `_improving`
                warnings.simplefilter("ignore", BotorchWarning)
                warnings.simplefilter("ignore", NumericalWarning)
                self._model = self._unfitted()
                try:
                    fit_gpytorch_mll(ExactMarginalLogLikelihood(self._model.likelihood, self._model))
                except ModelFittingError:  # the optimiser found nothing better than the defaults
                    self._model = self._unfitted()
            self._model.eval()
        return self._model

    def _unfitted(self) -> SingleTaskGP:
        return SingleTaskGP(self.seen.x, self.seen.y.unsqueeze(-1), outcome_transform=None)
