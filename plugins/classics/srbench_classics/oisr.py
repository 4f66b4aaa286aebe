"""OISR: He et al., "ODE-inspired Network Design for Single Image Super-Resolution", CVPR 2019."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench import DIV2K_MEAN, PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import conv

SLOPE = 0.25
"""Initial slope of the PReLUs, which have one slope per channel."""


class HeunBlock(nn.Module):
    """RK2 block: one step of Heun's method, the second-order Runge-Kutta method, for y' = G(y).

    It computes y + w * (G1(y) + G2(y + G1(y))), where each G is a separate PReLU and 3x3 convolution, and w is a
    trained weight that is initially 1/2.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.PReLU(features, SLOPE), conv(features, features))
        self.second = nn.Sequential(nn.PReLU(features, SLOPE), conv(features, features))
        self.weight = nn.Parameter(torch.tensor([0.5]))

    def forward(self, y: Tensor) -> Tensor:
        """Map (B, features, h, w) to the same shape."""
        slope = self.first(y)
        stepped: Tensor = y + self.weight * (slope + self.second(y + slope))
        return stepped


class OISR(LongSkipNetwork):
    """OISR: EDSR with Heun steps in place of residual blocks.

    The defaults are OISR-RK2-s, with as many convolutions as EDSR-baseline. Supported scales are 3 and the powers of
    two.
    """

    def __init__(self, scale: float, *, blocks: int = 16, features: int = 64) -> None:
        super().__init__(
            head=conv(3, features),
            body=nn.Sequential(*(HeunBlock(features) for _ in range(blocks)), conv(features, features)),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
