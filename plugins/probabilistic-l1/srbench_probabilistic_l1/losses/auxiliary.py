"""The auxiliary loss that teaches the sigma branch the size of the error (Eq. 10)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from srbench import UsageError
from srbench_probabilistic_l1.losses.branch import WatchesSigma
from srbench_probabilistic_l1.losses.threshold import Threshold, check_threshold, zero_below_mean

if TYPE_CHECKING:
    from torch import Tensor

    from srbench import Batch, Prediction


class AuxiliarySigma(WatchesSigma):
    """The auxiliary loss ``beta * mean ||HR - mu| - sigma|``, which trains sigma and the features below it.

    Eq. 10 prints ``|HR - mu - sigma|``, without the inner absolute value (`signed`). A positive sigma, as the paper's
    sigmoid makes it, cannot approximate an error of either sign, and Fig. 7 and Table 7 compare it with ``|HR - mu|``.
    The row of Table 1 that has Eq. 10 alone, where mu learns from it too, needs `signed` without `detach`.

    Args:
        beta: weight of the loss.
        detach: whether mu is detached, so that it does not learn from this loss.
        signed: whether the error keeps its sign, as printed in Eq. 10.
        threshold: which errors below the mean make the target of sigma zero (`zero_below_mean`).

    Raises:
        UsageError: if `beta` is not a finite number of 0 or more, or if `threshold` is unknown.
    """

    def __init__(
        self, *, beta: float = 0.01, detach: bool = True, signed: bool = False, threshold: Threshold = "none"
    ) -> None:
        super().__init__()
        if not (beta >= 0 and math.isfinite(beta)):
            raise UsageError(f"beta {beta!r}: expected a number of 0 or more (the paper's is 0.01)")
        check_threshold(threshold)
        self.beta, self.detach, self.signed, self.threshold = beta, detach, signed, threshold

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"auxiliary-sigma": scalar >= 0}``.

        Raises:
            UsageError: if the network predicts no sigma.
        """
        sigma = self.sigma_of(prediction, "auxiliary-sigma")
        mu = prediction.sr.float()
        error = batch.hr - (mu.detach() if self.detach else mu)
        target = error if self.signed else zero_below_mean(error.abs(), self.threshold)
        return {"auxiliary-sigma": self.beta * (target - sigma).abs().mean()}
