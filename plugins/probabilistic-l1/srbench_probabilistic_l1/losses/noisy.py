"""l1 against a noised HR image: sigma is one constant (Eq. 7), as in Noise2Noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError
from srbench_probabilistic_l1.losses.expectation import expectation
from srbench_probabilistic_l1.losses.noise import Distribution, check_distribution, check_samples

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction


class NoisyL1(nn.Module):
    """Mean of ``|(HR + sigma z) - mu|`` for one `sigma` > 0, in units of RGB in [0, 1].

    Its gradient has the wrong sign wherever the noise outweighs the error (Sec. 3.3). The paper wants sigma small,
    "invisible to the human eye", and names no number; a grey level is 1/255. `samples` and `distribution` as in
    `ExpectedL1`. Raises `UsageError` for a sigma that isn't a finite number above zero.
    """

    def __init__(self, *, sigma: float = 1 / 255, samples: int = 1, distribution: Distribution = "gaussian") -> None:
        super().__init__()
        if not (sigma > 0 and math.isfinite(sigma)):
            raise UsageError(f"sigma {sigma!r}: expected a number above 0, in units of RGB in [0, 1] (0 is plain l1)")
        check_samples(samples)
        check_distribution(distribution)
        self.sigma, self.samples, self.distribution = sigma, samples, distribution

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """``{"noisy-l1": scalar >= 0}``."""
        error = batch.hr - prediction.sr.float()
        return {"noisy-l1": expectation(error, self.sigma, self.samples, self.distribution)}
