"""The l1 loss to a noised HR image, with a constant sigma (Eq. 7), as in Noise2Noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench import UsageError
from srbench_probabilistic_l1.losses.expectation import expectation
from srbench_probabilistic_l1.losses.noise import Distribution, check_distribution, check_samples

if TYPE_CHECKING:
    from srbench import Batch, Prediction


class NoisyL1(nn.Module):
    """The noisy loss: mean of ``|(HR + sigma z) - mu|`` with a constant sigma.

    Its gradient has the wrong sign wherever the noise outweighs the error (Sec. 3.3). The paper asks for a small sigma,
    "invisible to the human eye", and names no number; a grey level is 1/255.

    Args:
        sigma: standard deviation of the noise, in units of RGB in [0, 1].
        samples: number of draws of z in each step.
        distribution: distribution of z.

    Raises:
        UsageError: if `sigma` is not a finite number above 0, or if another argument is invalid.
    """

    def __init__(self, *, sigma: float = 1 / 255, samples: int = 1, distribution: Distribution = "gaussian") -> None:
        super().__init__()
        if not (sigma > 0 and math.isfinite(sigma)):
            raise UsageError(f"sigma {sigma!r}: expected a number above 0, in units of RGB in [0, 1] (0 is plain l1)")
        check_samples(samples)
        check_distribution(distribution)
        self.sigma, self.samples, self.distribution = sigma, samples, distribution

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"noisy-l1": scalar >= 0}``."""
        error = batch.hr - prediction.sr.float()
        return {"noisy-l1": expectation(error, self.sigma, self.samples, self.distribution)}
