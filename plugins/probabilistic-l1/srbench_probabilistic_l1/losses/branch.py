"""Sigma, as the losses that teach it get it from a prediction, and what they log of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench.errors import UsageError

if TYPE_CHECKING:
    from srbench.models.prediction import Prediction

PERCENTILES = (5, 50, 95)
STRIDE = 5
"""One pixel in 25 is enough for percentiles, which a training would else spend a tenth of its time on; with 5, which
2, 3 and 4 have no factor in common with, they are of all phases of the pixel shuffle."""


class WatchesSigma(nn.Module):
    """A loss of the sigma branch. It logs sigma's mean and percentiles in each step, from which Fig. 2 is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, Tensor] = {}

    def sigma_of(self, prediction: Prediction, loss: str) -> Tensor:
        """The prediction's sigma in float32, (B, 1 or C, H, W). Raises `UsageError` where it has none."""
        if prediction.sigma is None:
            raise UsageError(f"loss {loss} needs a network that predicts sigma: train one that `with_sigma` made")
        sigma = prediction.sigma.float()
        seen = sigma.detach()[..., ::STRIDE, ::STRIDE].flatten()
        values = seen.quantile(torch.tensor([share / 100 for share in PERCENTILES], device=seen.device))
        self._seen = {f"sigma_p{share}": value for share, value in zip(PERCENTILES, values, strict=True)}
        self._seen["sigma_mean"] = seen.mean()
        return sigma

    def reports(self) -> dict[str, Tensor]:
        """``sigma_mean``, ``sigma_p5``, ... of the last step; empty when asked again."""
        seen, self._seen = self._seen, {}
        return seen
