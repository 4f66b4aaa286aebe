"""What the student's features say of the teacher's: a Laplace distribution at every place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench_classics.layers import conv
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class Estimator(nn.Module):
    """Location and log-scale of the teacher's feature map, each by two 1x1 convolutions of the student's."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.location, self.log_scale = (
            nn.Sequential(conv(channels, channels, 1), nn.PReLU(), conv(channels, channels, 1)) for _ in range(2)
        )

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """(B, channels, h, w) to two of the same."""
        return self.location(features), self.log_scale(features)
