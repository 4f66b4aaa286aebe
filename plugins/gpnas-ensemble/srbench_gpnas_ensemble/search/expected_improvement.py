"""BoTorch's expected improvement: the rival that goes for the best at once."""

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

    from srbench.search.strategy import Forecast

START = 4
"""Random candidates before there is a model."""
FEWEST = 2
"""Values that a model needs."""
SAMPLES = 256


class ExpectedImprovement:
    """BoTorch's own process (`SingleTaskGP`, defaults) and log expected improvement (Ament et al., NeurIPS 2023)."""

    def __init__(self, encodings: Sequence[Sequence[float]], budget: int, seed: int) -> None:
        self.seen = Observations(encodings)
        self.seed = seed
        self.start = min(START, budget)
        self._model: SingleTaskGP | None = None

    def ask(self, count: int) -> list[int]:
        """Random ones at first; then those of the greatest expected improvement over the best so far."""
        left = self.seen.open
        wanted = min(count, len(left))
        unknown = len(self.seen.values) < FEWEST
        drawn = wanted if unknown else min(wanted, max(0, self.start - self.seen.evaluated))
        # drawn by how many are left, so that a search that goes on draws what it would have drawn
        chosen = random.Random(f"{self.seed}:{len(left)}").sample(left, drawn)  # noqa: S311 - not secret
        if drawn == wanted:
            return chosen
        rest = [one for one in left if one not in chosen]
        return chosen + self._improving(rest, chosen, wanted - drawn)

    def _improving(self, rest: list[int], pending: list[int], count: int) -> list[int]:
        sampler = SobolQMCNormalSampler(torch.Size([SAMPLES]), seed=self.seed)
        waiting = self.seen.points[pending] if pending else None
        improvement = qLogExpectedImprovement(self.model(), self.seen.y.max(), sampler, X_pending=waiting)
        with warnings.catch_warnings():
            # jitter on a nearly singular matrix is BoTorch's business
            warnings.simplefilter("ignore", BotorchWarning)
            warnings.simplefilter("ignore", NumericalWarning)
            points, _ = optimize_acqf_discrete(improvement, count, self.seen.points[rest], unique=True)
        return [min(rest, key=lambda one: float((self.seen.points[one] - point).abs().sum())) for point in points]

    def tell(self, candidate: int, value: float | None) -> None:
        """Take in what `candidate` scored."""
        self.seen.tell(candidate, value)
        self._model = None

    def drop(self, candidate: int) -> None:
        """Leave `candidate` out of the question."""
        self.seen.drop(candidate)

    def predict(self) -> list[Forecast] | None:
        """Mean and deviation, noise included, of each candidate."""
        if len(self.seen.values) < FEWEST:
            return None
        return self.seen.predicted(self.model())

    def model(self) -> SingleTaskGP:
        """BoTorch's process, fitted to all that was told."""
        if self._model is None:
            with warnings.catch_warnings():
                # values that don't differ have no variance to scale to 1; the rest as in `_improving`
                warnings.simplefilter("ignore", BotorchWarning)
                warnings.simplefilter("ignore", NumericalWarning)
                self._model = self._unfitted()
                try:
                    fit_gpytorch_mll(ExactMarginalLogLikelihood(self._model.likelihood, self._model))
                except ModelFittingError:  # nothing better found than the defaults
                    self._model = self._unfitted()
            self._model.eval()
        return self._model

    def _unfitted(self) -> SingleTaskGP:
        return SingleTaskGP(self.seen.x, self.seen.y.unsqueeze(-1), outcome_transform=None)
