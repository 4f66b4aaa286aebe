"""Common base of the losses of the sigma branch, which logs statistics of sigma."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench import UsageError

if TYPE_CHECKING:
    from srbench import Prediction

PERCENTILES = (5, 50, 95)
STRIDE = 5
"""Stride of the pixels from which statistics are taken.

One pixel in 25 is enough for percentiles; with all pixels, they would take a tenth of the training time. 5 has no
factor in common with 2, 3 and 4, so that all phases of the pixel shuffle are sampled.
"""


class WatchesSigma(nn.Module):
    """A loss of the sigma branch that logs mean and percentiles of sigma in each step, from which Fig. 2 is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, Tensor] = {}

    def sigma_of(self, prediction: Prediction, loss: str) -> Tensor:
        """Return the sigma of `prediction` in float32, (B, 1 or C, H, W), and record its statistics.

        Raises:
            UsageError: if `prediction` has no sigma.
        """
        if prediction.sigma is None:
            raise UsageError(f"loss {loss} needs a network that predicts sigma; train a model made by `with_sigma`")
        sigma = prediction.sigma.float()
        seen = sigma.detach()[..., ::STRIDE, ::STRIDE].flatten()
        values = seen.quantile(torch.tensor([share / 100 for share in PERCENTILES], device=seen.device))
        self._seen = {f"sigma_p{share}": value for share, value in zip(PERCENTILES, values, strict=True)}
        self._seen["sigma_mean"] = seen.mean()
        return sigma

    def reports(self) -> dict[str, Tensor]:
        """Return ``sigma_mean``, ``sigma_p5``, ... of the last step, and clear them."""
        seen, self._seen = self._seen, {}
        return seen
