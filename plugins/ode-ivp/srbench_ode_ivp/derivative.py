"""f(I, t), the network that predicts dI/dt: VDSR or RDN with t as a fourth input channel (Sec. 4.1)."""

from __future__ import annotations

import torch
from srbench_classics.layers import conv, he_normal
from srbench_classics.rdn import DenseFeatureFusion
from torch import Tensor, nn

COLOURS = 3


class Derivative(nn.Module):
    """A network on (I, t), both at HR size; `layers` maps 4 channels to 3, and ends with the convolution `last`.

    That one starts at zero, so that SR starts as the bicubic image: from He's weights, which the paper's networks have
    elsewhere, a slope starts fifty times as large as it ends up, and a short training is spent on taking it back.
    """

    def __init__(self, layers: nn.Module, last: nn.Conv2d) -> None:
        super().__init__()
        self.layers = layers
        nn.init.zeros_(last.weight)
        if last.bias is not None:
            nn.init.zeros_(last.bias)

    def forward(self, image: Tensor, t: Tensor) -> Tensor:
        """`image` (B, 3, H, W) RGB in [0, 1] and the scalar `t` >= 1 to dI/dt, (B, 3, H, W), in float32."""
        channel = t.to(image).expand(image.shape[0], 1, *image.shape[-2:])
        slope: Tensor = self.layers(torch.cat([image, channel], dim=1))
        return slope.float()


class VdsrDerivative(Derivative):
    """VDSR's chain of `depth` 3x3 convolutions without its skip, from He's initial weights, the last layer's apart."""

    def __init__(self, *, depth: int = 20, features: int = 64) -> None:
        chain: list[nn.Module] = []
        for index in range(depth):
            first, last = index == 0, index == depth - 1
            layer = conv(COLOURS + 1 if first else features, COLOURS if last else features)
            chain += [he_normal(layer)] if last else [he_normal(layer), nn.ReLU(inplace=True)]
        super().__init__(nn.Sequential(*chain), last=layer)


class LongSkip(nn.Module):
    """``f + body(f)``."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, H, W) in, the same out."""
        fused: Tensor = features + self.body(features)
        return fused


class RdnDerivative(Derivative):
    """RDN without its upsampler: D = 16 `blocks` of C = 8 `layers`, `growth` 64 and 64 `features` in the paper."""

    def __init__(self, *, blocks: int = 16, layers: int = 8, growth: int = 64, features: int = 64) -> None:
        tail = conv(features, COLOURS)
        trunk = LongSkip(DenseFeatureFusion(blocks, layers, growth, features))
        super().__init__(nn.Sequential(conv(COLOURS + 1, features), trunk, tail), last=tail)
