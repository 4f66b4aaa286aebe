"""The auxiliary loss that teaches the sigma branch the size of the error (Eq. 10)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from srbench.errors import UsageError
from srbench_probabilistic_l1.losses.branch import WatchesSigma
from srbench_probabilistic_l1.losses.threshold import Threshold, check_threshold, hard

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction


class AuxiliarySigma(WatchesSigma):
    """``beta * mean ||HR - mu| - sigma|``, by default with mu detached: it moves sigma and the features below alone.

    Eq. 10 prints ``|HR - mu - sigma|``: without the inner absolute value (`signed`). A sigma that is positive, as the
    paper's sigmoid makes it, can't approximate an error of either sign, and Fig. 7 and Table 7 compare it with
    ``|HR - mu|``. `signed` without `detach` is what is left for the row of Table 1 that has Eq. 10 alone, where mu
    learns from it too. `threshold` makes the target of sigma zero where the error is under the average.

    Raises `UsageError` for a `beta` that isn't a finite number of 0 or more, and for an unknown threshold.
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
        """``{"auxiliary-sigma": scalar >= 0}``. Raises `UsageError` where the network predicts no sigma."""
        sigma = self.sigma_of(prediction, "auxiliary-sigma")
        mu = prediction.sr.float()
        error = batch.hr - (mu.detach() if self.detach else mu)
        target = error if self.signed else hard(error.abs(), self.threshold)
        return {"auxiliary-sigma": self.beta * (target - sigma).abs().mean()}
