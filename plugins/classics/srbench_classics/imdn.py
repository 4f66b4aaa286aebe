"""IMDN: Hui et al., "Lightweight Image Super-Resolution with Information Multi-distillation Network", ACM MM 2019."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench import PerScale, UsageError
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import ChannelAttention, conv

SLOPE = 0.05
"""Negative slope of the leaky ReLUs, as in the authors' code."""


class DistillationBlock(nn.Module):
    """Distillation block: each step keeps a quarter of its channels and refines the rest (Sec. 3.2).

    The kept channels are fused.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.kept, rest = features // 4, features - features // 4
        self.steps = nn.ModuleList([conv(features, features), conv(rest, features), conv(rest, features)])
        self.last = conv(rest, self.kept)
        self.attention = ChannelAttention(features, contrast=True)
        self.fusion = conv(features, features, 1)
        self.activation = nn.LeakyReLU(SLOPE, inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, H, W) to the same shape."""
        distilled, rest = [], x
        for step in self.steps:
            refined = self.activation(step(rest))
            distilled.append(refined[:, : self.kept])
            rest = refined[:, self.kept :]
        distilled.append(self.last(rest))
        fused: Tensor = self.fusion(self.attention(torch.cat(distilled, dim=1)))
        return x + fused


class DistillationChain(nn.Module):
    """Chain of distillation blocks with a fusion of all their outputs (Sec. 3.1)."""

    def __init__(self, blocks: int, features: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(DistillationBlock(features) for _ in range(blocks))
        self.fusion = nn.Sequential(
            conv(blocks * features, features, 1), nn.LeakyReLU(SLOPE, inplace=True), conv(features, features)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, H, W) to the same shape."""
        outputs = []
        for block in self.blocks:
            x = block(x)
            outputs.append(x)
        fused: Tensor = self.fusion(torch.cat(outputs, dim=1))
        return fused


class IMDN(LongSkipNetwork):
    """IMDN: six distillation blocks, then one convolution and one pixel shuffle at any scale (Sec. 3.1).

    Supported scales are integers (the paper's are 2, 3 and 4).

    Raises:
        UsageError: if `scale` is not an integer.
    """

    def __init__(self, scale: float, *, blocks: int = 6, features: int = 64) -> None:
        factor = round(scale)
        if factor != scale:
            raise UsageError(f"IMDN: scale x{scale:g} is not supported; choose a whole number")
        super().__init__(
            head=conv(3, features),
            body=DistillationChain(blocks, features),
            upsample=PerScale({scale: nn.Sequential(conv(features, 3 * factor**2), nn.PixelShuffle(factor))}),
            tail=nn.Identity(),
        )
