"""The student's estimator, which predicts a Laplace distribution of the teacher's features at every position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench_classics.layers import conv
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class Estimator(nn.Module):
    """Predictor of location and log-scale of the teacher's features, each by two 1x1 convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.location, self.log_scale = (
            nn.Sequential(conv(channels, channels, 1), nn.PReLU(), conv(channels, channels, 1)) for _ in range(2)
        )

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return location and log-scale, each (B, channels, h, w) like the student's `features`."""
        return self.location(features), self.log_scale(features)
