"""HAN: Niu et al., "Single Image Super-Resolution via a Holistic Attention Network", ECCV 2020."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench.nn.shift import DIV2K_MEAN
from srbench.nn.upsample import PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import conv, full_precision
from srbench_classics.rcan import residual_group


class LayerAttention(nn.Module):
    """Each layer's features plus a mixture of all layers', weighted by how they correlate (Sec. 3.2).

    The mixture's trained weight starts at zero. The paper's softmax takes the correlations as they are; the authors'
    code, followed here, takes them with a minus, so that layers mix with those they are least like.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, layers, C, H, W) in, the same out."""
        layers = x.flatten(2)
        with full_precision(x):  # sums over a whole map: bfloat16 would leave no difference between them
            shares = (-(layers @ layers.mT)).softmax(-1)
        return x + self.weight * (shares @ layers).view_as(x)


class ChannelSpatialAttention(nn.Module):
    """Features weighted by what a 3x3x3 convolution over channels, rows and columns makes of them (Sec. 3.3).

    What they gain has a trained weight that starts at zero.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Sequential(nn.Conv3d(1, 1, 3, padding=1), nn.Sigmoid())
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) in, the same out."""
        gates: Tensor = self.gate(x.unsqueeze(1)).squeeze(1)
        return x + self.weight * gates * x


class HolisticAttention(nn.Module):
    """RCAN's body, its last output gated, every group's output attended to, both fused (Sec. 3.1)."""

    def __init__(self, groups: int, blocks: int, features: int, reduction: int) -> None:
        super().__init__()
        self.groups = nn.ModuleList(residual_group(blocks, features, reduction) for _ in range(groups))
        self.last = conv(features, features)
        self.layer_attention = LayerAttention()
        self.layers_fusion = conv((groups + 1) * features, features)
        self.gate = ChannelSpatialAttention()
        self.fusion = conv(2 * features, features)

    def forward(self, x: Tensor) -> Tensor:
        """(B, features, H, W) in, the same out."""
        outputs = []
        for layer in (*self.groups, self.last):
            x = layer(x)
            outputs.append(x)
        layers = self.layer_attention(torch.stack(outputs, dim=1)).flatten(1, 2)
        fused: Tensor = self.fusion(torch.cat([self.gate(x), self.layers_fusion(layers)], dim=1))
        return fused


class HAN(LongSkipNetwork):
    """RCAN with attention between its groups. The defaults are the paper's, which are RCAN's.

    Scales: 3 and the powers of two.
    """

    def __init__(
        self, scale: float, *, groups: int = 10, blocks: int = 20, features: int = 64, reduction: int = 16
    ) -> None:
        super().__init__(
            head=conv(3, features),
            body=HolisticAttention(groups, blocks, features, reduction),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
