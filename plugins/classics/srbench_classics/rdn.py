"""RDN: Zhang et al., "Residual Dense Network for Image Super-Resolution", CVPR 2018."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench import DIV2K_MEAN, PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import Residual, conv


class DenseLayer(nn.Module):
    """Dense layer, which appends `growth` new channels to its input."""

    def __init__(self, in_channels: int, growth: int) -> None:
        super().__init__()
        self.grow = nn.Sequential(conv(in_channels, growth), nn.ReLU(inplace=True))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, in_channels, H, W) to (B, in_channels + growth, H, W)."""
        return torch.cat([x, self.grow(x)], dim=1)


class ResidualDenseBlock(Residual):
    """Residual dense block: `layers` dense layers and a 1x1 fusion, with a skip around them (Sec. 3.2)."""

    def __init__(self, features: int, layers: int, growth: int) -> None:
        super().__init__(
            *(DenseLayer(features + i * growth, growth) for i in range(layers)),
            conv(features + layers * growth, features, 1),
        )


class DenseFeatureFusion(nn.Module):
    """Second shallow convolution, chain of residual dense blocks, and fusion of all their outputs (Sec. 3.3)."""

    def __init__(self, blocks: int, layers: int, growth: int, features: int) -> None:
        super().__init__()
        self.entry = conv(features, features)
        self.blocks = nn.ModuleList(ResidualDenseBlock(features, layers, growth) for _ in range(blocks))
        self.fusion = nn.Sequential(conv(blocks * features, features, 1), conv(features, features))

    def forward(self, shallow: Tensor) -> Tensor:
        """Map (B, features, H, W) to the same shape."""
        x = self.entry(shallow)
        local = []
        for block in self.blocks:
            x = block(x)
            local.append(x)
        fused: Tensor = self.fusion(torch.cat(local, dim=1))
        return fused


class RDN(LongSkipNetwork):
    """RDN: residual dense blocks with local and global feature fusion (Sec. 3).

    The defaults are the paper's final network: D = 16 `blocks` of C = 8 `layers`, `growth` G = 64, G0 = 64 `features`.
    Supported scales are 3 and the powers of two.
    """

    def __init__(
        self, scale: float, *, blocks: int = 16, layers: int = 8, growth: int = 64, features: int = 64
    ) -> None:
        super().__init__(
            head=conv(3, features),
            body=DenseFeatureFusion(blocks, layers, growth, features),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
