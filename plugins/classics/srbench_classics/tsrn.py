"""TSRN: Gondal et al., "The Unreasonable Effectiveness of Texture Transfer for Single Image Super-resolution", 2018.

Details that the paper leaves open follow the authors' code.
"""

from __future__ import annotations

import math

from torch import Tensor, nn

from srbench import PerScale, UsageError, shuffle_stages
from srbench_classics.layers import Residual, conv
from srbench_classics.luma import bicubic


class TSRN(nn.Module):
    """TSRN: EnhanceNet's network with sub-pixel convolutions, which predicts the residual of the bicubic image.

    The generator of TSRN-G and TSRN-S, which differ in their training alone. Supported scales are 4 and 8, each trained
    separately.

    Raises:
        UsageError: if `scale` is not 4 or 8.
    """

    def __init__(self, scale: float, *, blocks: int = 10, features: int = 64) -> None:
        super().__init__()
        if scale not in {4, 8}:
            raise UsageError(f"TSRN: scale x{scale:g} is not supported; choose x4 or x8")

        def rectified(in_channels: int, out_channels: int) -> list[nn.Module]:
            return [conv(in_channels, out_channels), nn.ReLU(inplace=True)]

        self.head = nn.Sequential(*rectified(3, features))
        self.body = nn.Sequential(
            *(Residual(*rectified(features, features), conv(features, features)) for _ in range(blocks))
        )
        stages = [
            layer
            for factor in shuffle_stages(scale)
            for layer in (*rectified(features, features * factor**2), nn.PixelShuffle(factor))
        ]
        self.upsample = PerScale({scale: nn.Sequential(*stages)})
        self.tail = nn.Sequential(*rectified(features, features), conv(features, 3))
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.xavier_uniform_(layer.weight, gain=math.sqrt(2))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        residual: Tensor = self.tail(self.upsample(self.body(self.head(lr)), scale))
        return bicubic(lr, scale) + residual
