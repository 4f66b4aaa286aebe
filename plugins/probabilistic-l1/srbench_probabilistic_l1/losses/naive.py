"""The naive probabilistic loss, whose sigma is the network's second branch (Eq. 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench_probabilistic_l1.losses.branch import WatchesSigma
from srbench_probabilistic_l1.losses.expectation import expectation
from srbench_probabilistic_l1.losses.noise import Distribution, check_distribution, check_samples

if TYPE_CHECKING:
    from torch import Tensor

    from srbench import Batch, Prediction


class NaiveL1(WatchesSigma):
    """The naive loss: mean of ``|HR - (mu + sigma z)|``, with gradients through mu and sigma.

    It is never less than l1 (Jensen, Sec. 3.2), which it reaches at sigma = 0; sigma ends up there (Fig. 2).
    `samples` and `distribution` are as in `ExpectedL1`.
    """

    def __init__(self, *, samples: int = 1, distribution: Distribution = "gaussian") -> None:
        super().__init__()
        check_samples(samples)
        check_distribution(distribution)
        self.samples, self.distribution = samples, distribution

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"naive-l1": scalar >= 0}``.

        Raises:
            UsageError: if the network predicts no sigma.
        """
        sigma = self.sigma_of(prediction, "naive-l1")
        error = batch.hr - prediction.sr.float()
        return {"naive-l1": expectation(error, sigma, self.samples, self.distribution)}
