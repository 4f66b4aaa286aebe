"""The Charbonnier loss: L1 with a rounded bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction


class Charbonnier(nn.Module):
    """Mean sqrt((SR - HR)^2 + eps^2) over all pixels and channels (Lai et al. 2017, LapSRN, section 3.3).

    In units of RGB in [0, 1]; at least `eps`, and at most `eps` above L1. Raises `UsageError` unless `eps` > 0.
    """

    def __init__(self, eps: float = 1e-3) -> None:
        super().__init__()
        if not eps > 0:
            raise UsageError(f"charbonnier: eps is {eps}: it must be above 0, else sqrt has no slope there; or take l1")
        self.eps = eps

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """``{"charbonnier": scalar >= eps}``."""
        difference = prediction.sr.float() - batch.hr
        return {"charbonnier": (difference.square() + self.eps**2).sqrt().mean()}
