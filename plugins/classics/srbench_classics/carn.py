"""CARN: Ahn et al., "Fast, Accurate, and Lightweight Super-Resolution with Cascading Residual Network", ECCV 2018."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from srbench.nn.shift import DIV2K_MEAN, MeanShift
from srbench.nn.upsample import PerScale, PixelShuffleUpsampler
from srbench_classics.layers import Residual, conv

STEPS = 3
"""Units in a cascade: residual blocks in a cascading block, and cascading blocks in the network (Sec. 3.1)."""


class Cascade(nn.Module):
    """Units that each work on a 1x1 fusion of the input and of what all units before gave (Sec. 3.1).

    A recursive cascade uses one unit at every step (Sec. 3.2).
    """

    def __init__(self, features: int, make_unit: Callable[[], nn.Module], *, recursive: bool = False) -> None:
        super().__init__()
        self.units = nn.ModuleList(make_unit() for _ in range(1 if recursive else STEPS))
        self.fusions = nn.ModuleList(
            nn.Sequential(conv((step + 2) * features, features, 1), nn.ReLU(inplace=True)) for step in range(STEPS)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, features, H, W) in, the same out."""
        gathered, fused = x, x
        for step, fusion in enumerate(self.fusions):
            unit = self.units[step % len(self.units)]
            gathered = torch.cat([gathered, unit(fused)], dim=1)
            fused = fusion(gathered)
        return fused


def residual_block(features: int) -> nn.Module:
    """CARN's: two 3x3 convolutions, ReLU after the skip as well (Sec. 3.1)."""
    return nn.Sequential(
        Residual(conv(features, features), nn.ReLU(inplace=True), conv(features, features)), nn.ReLU(inplace=True)
    )


def efficient_residual_block(features: int, groups: int) -> nn.Module:
    """CARN-M's: two 3x3 group convolutions and a 1x1 convolution, ReLU after the skip as well (Sec. 3.2)."""
    return nn.Sequential(
        Residual(
            conv(features, features, groups=groups),
            nn.ReLU(inplace=True),
            conv(features, features, groups=groups),
            nn.ReLU(inplace=True),
            conv(features, features, 1),
        ),
        nn.ReLU(inplace=True),
    )


class CARN(nn.Module):
    """Cascades of residual blocks within a cascade of blocks, and an upsampler for each scale.

    `scale` is one scale, or several that share everything but the upsampler, as the authors train it.
    `efficient` makes it CARN-M: recursive cascades of efficient residual blocks, `groups` groups there and in the
    upsamplers. Scales: 3 and the powers of two (the paper's are 2, 3 and 4).
    """

    def __init__(
        self, scale: float | Sequence[float], *, efficient: bool = False, groups: int = 1, features: int = 64
    ) -> None:
        super().__init__()

        def unit() -> nn.Module:
            return efficient_residual_block(features, groups) if efficient else residual_block(features)

        scales = scale if isinstance(scale, Sequence) else (scale,)
        self.subtract_mean = MeanShift(DIV2K_MEAN, sign=-1)
        self.head = conv(3, features)
        self.body = Cascade(features, lambda: Cascade(features, unit, recursive=efficient))
        self.upsample = PerScale(
            {one: PixelShuffleUpsampler(features, one, groups=groups, activation=True) for one in scales}
        )
        self.tail = conv(features, 3)
        self.add_mean = MeanShift(DIV2K_MEAN, sign=1)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises `UsageError` for a scale that the network was not built for.
        """
        features = self.body(self.head(self.subtract_mean(lr)))
        sr: Tensor = self.add_mean(self.tail(self.upsample(features, scale)))
        return sr
