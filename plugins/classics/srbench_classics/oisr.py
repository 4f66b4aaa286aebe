"""OISR: He et al., "ODE-inspired Network Design for Single Image Super-Resolution", CVPR 2019."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench.nn.shift import DIV2K_MEAN
from srbench.nn.upsample import PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import conv

SLOPE = 0.25
"""Of the PReLUs, one for each channel, before training."""


class HeunBlock(nn.Module):
    """One step of Heun's method, the Runge-Kutta method of second order, for y' = G(y): the RK2-block.

    y + (G1(y) + G2(y + G1(y))) / 2, each G a PReLU and a 3x3 convolution of its own; the half is where a trained weight
    begins. (B, features, h, w) in, the same out.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.PReLU(features, SLOPE), conv(features, features))
        self.second = nn.Sequential(nn.PReLU(features, SLOPE), conv(features, features))
        self.weight = nn.Parameter(torch.tensor([0.5]))

    def forward(self, y: Tensor) -> Tensor:
        """The step's end."""
        slope = self.first(y)
        stepped: Tensor = y + self.weight * (slope + self.second(y + slope))
        return stepped


class OISR(LongSkipNetwork):
    """EDSR's frame around Heun steps in place of residual blocks.

    The defaults are OISR-RK2-s, with as many convolutions as EDSR-baseline. Scales: 3 and the powers of two.
    """

    def __init__(self, scale: float, *, blocks: int = 16, features: int = 64) -> None:
        super().__init__(
            head=conv(3, features),
            body=nn.Sequential(*(HeunBlock(features) for _ in range(blocks)), conv(features, features)),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
