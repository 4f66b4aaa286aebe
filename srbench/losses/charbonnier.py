"""Charbonnier loss, a smooth approximation of L1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction


class Charbonnier(nn.Module):
    """Mean of sqrt((SR - HR)^2 + eps^2) over all pixels and channels (Lai et al. 2017, LapSRN, section 3.3).

    The loss is in units of RGB in [0, 1]; it is at least `eps`, and at most `eps` above L1.

    Raises:
        UsageError: if `eps` is not above 0.
    """

    def __init__(self, eps: float = 1e-3) -> None:
        super().__init__()
        if not eps > 0:
            raise UsageError(
                f"charbonnier: eps is {eps}, for which the square root has no gradient at 0; "
                "choose a value above 0, or use l1"
            )
        self.eps = eps

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"charbonnier": scalar >= eps}``."""
        difference = prediction.sr.float() - batch.hr
        return {"charbonnier": (difference.square() + self.eps**2).sqrt().mean()}
