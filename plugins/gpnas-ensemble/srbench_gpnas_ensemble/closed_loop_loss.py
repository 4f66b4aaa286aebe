"""What a dual regression network minimises beside its loss on SR (Guo et al., CVPR 2020, Eq. 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench.errors import PluginError
from srbench.nn.resize import imresize

if TYPE_CHECKING:
    from srbench import Prediction
    from srbench.losses.batch import Batch

DUAL = "dual-"
LEVEL = "level-"


class ClosedLoopLoss(nn.Module):
    """L1 at each size below HR's, of the network's own image and, times `dual_weight`, of what the dual networks give.

    The target at LR's size is LR; above it HR made smaller by MATLAB's bicubic. The paper's `dual_weight` (lambda) is
    0.1. Raises `PluginError` where the network is no `ClosedLoop`.
    """

    def __init__(self, dual_weight: float = 0.1) -> None:
        super().__init__()
        self.dual_weight = dual_weight

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """``{"levels": scalar >= 0, "dual": scalar >= 0}``."""
        targets = _targets(batch)
        names = {f"{kind}{k}" for kind in (LEVEL, DUAL) for k in range(len(targets))}
        if set(prediction.aux) != names:
            raise PluginError(
                "closed-loop: the network gives no images at lower sizes; train one that was built by "
                "srbench_gpnas_ensemble.dual_regression:ClosedLoop"
            )
        levels, dual = (
            torch.stack([(prediction.aux[f"{kind}{k}"].float() - one).abs().mean() for k, one in enumerate(targets)])
            for kind in (LEVEL, DUAL)
        )
        return {"levels": levels.sum(), "dual": self.dual_weight * dual.sum()}


def _targets(batch: Batch) -> list[Tensor]:
    """LR, and HR at each doubling of LR's size below its own."""
    factors = [2.0**k / batch.scale for k in range(1, int(batch.scale).bit_length() - 1)]
    return [batch.lr, *(imresize(batch.hr, factor) for factor in factors)]
