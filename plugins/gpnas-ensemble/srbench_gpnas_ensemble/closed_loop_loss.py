"""The closed-loop loss of a dual regression network, beside its loss on SR (Guo et al., CVPR 2020, Eq. 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench import PluginError, imresize_tensor

if TYPE_CHECKING:
    from srbench import Batch, Prediction

DUAL = "dual-"
LEVEL = "level-"


class ClosedLoopLoss(nn.Module):
    """L1 at each size below that of HR, of the network's own images and of the dual networks' images.

    The target at the LR size is LR; above it, it is HR downscaled by MATLAB's bicubic.

    Args:
        dual_weight: weight of the dual networks' part (lambda in the paper, 0.1).

    Raises:
        PluginError: on a call, if the prediction is not from a `ClosedLoop`.
    """

    def __init__(self, dual_weight: float = 0.1) -> None:
        super().__init__()
        self.dual_weight = dual_weight

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"levels": scalar >= 0, "dual": scalar >= 0}``.

        Raises:
            PluginError: if the prediction is not from a `ClosedLoop`.
        """
        targets = _targets(batch)
        names = {f"{kind}{k}" for kind in (LEVEL, DUAL) for k in range(len(targets))}
        if set(prediction.aux) != names:
            raise PluginError(
                "loss closed-loop: the network does not return images at sizes below HR; train a network built by "
                "srbench_gpnas_ensemble.dual_regression:ClosedLoop"
            )
        levels, dual = (
            torch.stack(
                [(prediction.aux[f"{kind}{k}"].float() - target).abs().mean() for k, target in enumerate(targets)]
            )
            for kind in (LEVEL, DUAL)
        )
        return {"levels": levels.sum(), "dual": self.dual_weight * dual.sum()}


def _targets(batch: Batch) -> list[Tensor]:
    """Return LR, and HR downscaled to each doubling of the LR size below its own."""
    factors = [2.0**k / batch.scale for k in range(1, int(batch.scale).bit_length() - 1)]
    return [batch.lr, *(imresize_tensor(batch.hr, factor) for factor in factors)]
