"""The paper's loss l_E, whose sigma is the error itself (Eq. 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench_probabilistic_l1.losses.expectation import expectation
from srbench_probabilistic_l1.losses.noise import Distribution, check_distribution, check_samples
from srbench_probabilistic_l1.losses.threshold import Threshold, check_threshold, zero_below_mean

if TYPE_CHECKING:
    from srbench import Batch, Prediction


class ExpectedL1(nn.Module):
    """The loss l_E: mean of ``|HR - (mu + |HR - mu| z)|``, with the gradient taken through both mu.

    For every z the gradient has l1's sign (Eq. 9): it is ``-sgn(HR - mu) |1 - z'|``, with z' = z or -z. Its mean
    magnitude, which the paper calls nearly 1, is E|1 - z| = 2 phi(1) + 2 Phi(1) - 1 = 1.1666 for a Gaussian z.

    Args:
        samples: number of draws of z in each step.
        distribution: distribution of z.
        threshold: which errors below the mean make sigma zero, so that l1 remains (`zero_below_mean`).

    Raises:
        UsageError: if an argument has an invalid value.
    """

    def __init__(
        self, *, samples: int = 1, distribution: Distribution = "gaussian", threshold: Threshold = "none"
    ) -> None:
        super().__init__()
        check_samples(samples)
        check_distribution(distribution)
        check_threshold(threshold)
        self.samples, self.distribution, self.threshold = samples, distribution, threshold

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"expected-l1": scalar >= 0}``, in units of RGB in [0, 1]."""
        error = batch.hr - prediction.sr.float()
        sigma = zero_below_mean(error.abs(), self.threshold)
        return {"expected-l1": expectation(error, sigma, self.samples, self.distribution)}
