"""The derivative networks f(I, t), which predict dI/dt: VDSR or RDN with t as a fourth input channel (Sec. 4.1)."""

from __future__ import annotations

import torch
from srbench_classics.layers import conv, he_normal
from srbench_classics.rdn import DenseFeatureFusion
from torch import Tensor, nn

COLOURS = 3


class Derivative(nn.Module):
    """A network that maps (I, t), both at the HR size, to dI/dt.

    The last convolution starts at zero, so that SR starts as the bicubic image. With He's initial weights, which
    VDSR's and RDN's authors use, a slope starts fifty times as large as it ends up, and a short training would be
    spent on reducing it.

    Args:
        layers: a network from 4 channels to 3.
        last: the convolution that ends `layers`.
    """

    def __init__(self, layers: nn.Module, last: nn.Conv2d) -> None:
        super().__init__()
        self.layers = layers
        nn.init.zeros_(last.weight)
        if last.bias is not None:
            nn.init.zeros_(last.bias)

    def forward(self, image: Tensor, t: Tensor) -> Tensor:
        """Return dI/dt, (B, 3, H, W), of `image` (B, 3, H, W), RGB in [0, 1], at the scalar `t` >= 1.

        It has the type of `image`, float32 or float64, also where autocast computes in fewer bits.
        """
        channel = t.to(image).expand(image.shape[0], 1, *image.shape[-2:])
        slope: Tensor = self.layers(torch.cat([image, channel], dim=1))
        return slope.to(image.dtype)


class VdsrDerivative(Derivative):
    """VDSR without its skip: a chain of `depth` 3x3 convolutions of `features` channels.

    All layers but the last start from He's initial weights.
    """

    def __init__(self, *, depth: int = 20, features: int = 64) -> None:
        chain: list[nn.Module] = []
        for index in range(depth):
            first, last = index == 0, index == depth - 1
            layer = conv(COLOURS + 1 if first else features, COLOURS if last else features)
            chain += [he_normal(layer)] if last else [he_normal(layer), nn.ReLU(inplace=True)]
        super().__init__(nn.Sequential(*chain), last=layer)


class LongSkip(nn.Module):
    """A skip around `body`: ``f + body(f)``."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, features: Tensor) -> Tensor:
        """Return ``features + body(features)``, (B, C, H, W) like the input."""
        fused: Tensor = features + self.body(features)
        return fused


class RdnDerivative(Derivative):
    """RDN without its upsampler.

    The defaults are the paper's: D = 16 blocks of C = 8 layers, growth 64 and 64 features.
    """

    def __init__(self, *, blocks: int = 16, layers: int = 8, growth: int = 64, features: int = 64) -> None:
        tail = conv(features, COLOURS)
        trunk = LongSkip(DenseFeatureFusion(blocks, layers, growth, features))
        super().__init__(nn.Sequential(conv(COLOURS + 1, features), trunk, tail), last=tail)
