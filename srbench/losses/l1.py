"""Mean absolute error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction


class L1(nn.Module):
    """Mean of |SR - HR| over all pixels and channels, in units of RGB in [0, 1]."""

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"l1": scalar >= 0}``."""
        return {"l1": (prediction.sr.float() - batch.hr).abs().mean()}
