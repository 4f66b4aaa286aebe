"""HAN: Niu et al., "Single Image Super-Resolution via a Holistic Attention Network", ECCV 2020."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench import DIV2K_MEAN, PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import conv, full_precision
from srbench_classics.rcan import residual_group


class LayerAttention(nn.Module):
    """Layer attention: adds to each layer's features a mixture of all layers' features (Sec. 3.2).

    The mixture is weighted by the correlations between layers and scaled by a trained weight, initially zero. The
    paper applies the softmax to the correlations; the authors' code, followed here, applies it to their negatives, so
    layers are mixed with the least similar ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Apply the attention to (B, layers, C, H, W), keeping the shape."""
        layers = x.flatten(2)
        with full_precision(x):  # sums over whole feature maps, whose differences bfloat16 cannot resolve
            shares = (-(layers @ layers.mT)).softmax(-1)
        return x + self.weight * (shares @ layers).view_as(x)


class ChannelSpatialAttention(nn.Module):
    """Channel-spatial attention: gates by a 3x3x3 convolution over channels, rows and columns (Sec. 3.3).

    The gated features are added to the input, scaled by a trained weight that is initially zero.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Sequential(nn.Conv3d(1, 1, 3, padding=1), nn.Sigmoid())
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Apply the attention to (B, C, H, W), keeping the shape."""
        gates: Tensor = self.gate(x.unsqueeze(1)).squeeze(1)
        return x + self.weight * gates * x


class HolisticAttention(nn.Module):
    """RCAN's body with layer attention over all groups and channel-spatial attention on its output (Sec. 3.1).

    A convolution fuses the two attention branches.
    """

    def __init__(self, groups: int, blocks: int, features: int, reduction: int) -> None:
        super().__init__()
        self.groups = nn.ModuleList(residual_group(blocks, features, reduction) for _ in range(groups))
        self.last = conv(features, features)
        self.layer_attention = LayerAttention()
        self.layers_fusion = conv((groups + 1) * features, features)
        self.gate = ChannelSpatialAttention()
        self.fusion = conv(2 * features, features)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, H, W) to the same shape."""
        outputs = []
        for layer in (*self.groups, self.last):
            x = layer(x)
            outputs.append(x)
        layers = self.layer_attention(torch.stack(outputs, dim=1)).flatten(1, 2)
        fused: Tensor = self.fusion(torch.cat([self.gate(x), self.layers_fusion(layers)], dim=1))
        return fused


class HAN(LongSkipNetwork):
    """HAN: RCAN with attention between its groups.

    The defaults are the paper's, which are those of RCAN. Supported scales are 3 and the powers of two.
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
