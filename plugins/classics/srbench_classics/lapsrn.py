"""LapSRN: Lai et al., "Deep Laplacian Pyramid Networks for Fast and Accurate Super-Resolution", CVPR 2017."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench.errors import UsageError
from srbench_classics.layers import conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOPE = 0.2
"""Of the leaky ReLUs (Sec. 3.3)."""


def double(channels: int, *, bias: bool) -> nn.ConvTranspose2d:
    """Doubles height and width by a 4x4 transposed convolution that starts as bilinear interpolation (Sec. 3.3)."""
    layer = nn.ConvTranspose2d(channels, channels, 4, stride=2, padding=1, bias=bias)
    triangle = torch.tensor([0.25, 0.75, 0.75, 0.25])
    with torch.no_grad():
        layer.weight.copy_(torch.eye(channels)[..., None, None] * torch.outer(triangle, triangle))
    return layer


class Level(nn.Module):
    """A level of the pyramid: doubles the features and the image, and adds a residual to the image (Sec. 3.1)."""

    def __init__(self, depth: int, features: int, *, bias: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(depth):
            layers += [he_normal(conv(features, features, bias=bias)), nn.LeakyReLU(SLOPE, inplace=True)]
        self.features = nn.Sequential(*layers, double(features, bias=bias), nn.LeakyReLU(SLOPE, inplace=True))
        self.image = double(1, bias=bias)
        self.residual = he_normal(conv(features, 1, bias=bias))

    def forward(self, features: Tensor, image: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, F, H, W) and image (B, 1, H, W) to those of twice the height and width."""
        features = self.features(features)
        return features, self.image(image) + self.residual(features)


class LapSRN(nn.Module):
    """A Laplacian pyramid on the luma, one level a doubling; the chroma is bicubic. Scales: powers of two.

    `depth` is the convolutions a level: the paper's is 10, and 5 at x8 (Sec. 4.1).
    Raises `UsageError` for a scale that is not a power of two.
    """

    def __init__(self, scale: float, *, depth: int | None = None, features: int = 64, bias: bool = True) -> None:
        super().__init__()
        count = doublings(scale)
        if depth is None:
            depth = 5 if count == 3 else 10
        self.head = nn.Sequential(he_normal(conv(1, features, bias=bias)), nn.LeakyReLU(SLOPE, inplace=True))
        self.levels = nn.ModuleList(Level(depth, features, bias=bias) for _ in range(count))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises `UsageError` for a scale that the network was not built for.
        """
        last = deque(self._pyramid(lr, scale), maxlen=1).pop()
        return with_luma(bicubic(lr, scale), last)

    def states(self, lr: Tensor, scale: float) -> list[Tensor]:
        """The image of each level, (B, 3, h * 2, w * 2) and twice that each time; the last is what `forward` gives.

        Raises `UsageError` for a scale that the network was not built for.
        """
        return [with_luma(bicubic(lr, 2**level), y) for level, y in enumerate(self._pyramid(lr, scale), 1)]

    def _pyramid(self, lr: Tensor, scale: float) -> Iterator[Tensor]:
        if doublings(scale) != len(self.levels):
            raise UsageError(f"this network was built for x{2 ** len(self.levels)}, not for x{scale:g}")
        y = luma(lr)
        features = self.head(y)
        for level in self.levels:
            features, y = level(features, y)
            yield y


def doublings(scale: float) -> int:
    """log2 of `scale`; raises `UsageError` where that is no whole number above 0."""
    count = round(math.log2(scale))
    if count < 1 or 2**count != scale:
        raise UsageError(f"LapSRN has no x{scale:g}: it doubles at each level, so choose x2, x4 or x8")
    return count
