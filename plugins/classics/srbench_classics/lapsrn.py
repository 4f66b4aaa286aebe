"""LapSRN: Lai et al., "Deep Laplacian Pyramid Networks for Fast and Accurate Super-Resolution", CVPR 2017."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench import UsageError
from srbench_classics.layers import conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOPE = 0.2
"""Negative slope of the leaky ReLUs (Sec. 3.3)."""
HEAD_DEVIATION = 1e-3
"""Standard deviation of the first convolution's initial weights in the authors' code; the paper names He et al.'s."""


def double(channels: int, *, bias: bool) -> nn.ConvTranspose2d:
    """Build a 4x4 transposed convolution that doubles the size (Sec. 3.3)."""
    return nn.ConvTranspose2d(channels, channels, 4, stride=2, padding=1, bias=bias)


def bilinear(layer: nn.ConvTranspose2d) -> nn.ConvTranspose2d:
    """Initialise the weights of `layer`, made by `double`, as bilinear interpolation, and return it."""
    triangle = torch.tensor([0.25, 0.75, 0.75, 0.25])
    with torch.no_grad():
        layer.weight.copy_(torch.eye(layer.in_channels)[..., None, None] * torch.outer(triangle, triangle))
    return layer


class Level(nn.Module):
    """Pyramid level that upscales the features and the image by 2 and adds a residual to the image (Sec. 3.1).

    The weights that enlarge the features begin at random, as in the authors' code. Where they begin as bilinear
    interpolation, as in the paper (Sec. 3.3), every level hands the whole gradient down, and training diverges.
    """

    def __init__(self, depth: int, features: int, *, bias: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(depth):
            layers += [he_normal(conv(features, features, bias=bias)), nn.LeakyReLU(SLOPE, inplace=True)]
        enlarge = he_normal(double(features, bias=bias))
        self.features = nn.Sequential(*layers, enlarge, nn.LeakyReLU(SLOPE, inplace=True))
        self.image = bilinear(double(1, bias=bias))
        self.residual = he_normal(conv(features, 1, bias=bias))

    def forward(self, features: Tensor, image: Tensor) -> tuple[Tensor, Tensor]:
        """Map features (B, F, H, W) and image (B, 1, H, W) to those of twice the height and width."""
        features = self.features(features)
        return features, self.image(image) + self.residual(features)


class LapSRN(nn.Module):
    """LapSRN: a Laplacian pyramid on the luma with one level per factor of 2; the chroma is bicubic.

    Supported scales are powers of two.

    Args:
        scale: Scale factor.
        depth: Number of convolutions per level; by default the paper's, which is 10, and 5 at x8 (Sec. 4.1).
        features: Channels of the feature maps.
        bias: Add biases to the convolutions.

    Raises:
        UsageError: if `scale` is not a power of two above 1.
    """

    def __init__(self, scale: float, *, depth: int | None = None, features: int = 64, bias: bool = True) -> None:
        super().__init__()
        count = doublings(scale)
        if depth is None:
            depth = 5 if count == 3 else 10
        first = he_normal(conv(1, features, bias=bias))
        nn.init.normal_(first.weight, std=HEAD_DEVIATION)
        self.head = nn.Sequential(first, nn.LeakyReLU(SLOPE, inplace=True))
        self.levels = nn.ModuleList(Level(depth, features, bias=bias) for _ in range(count))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        last = deque(self._pyramid(lr, scale), maxlen=1).pop()
        return with_luma(bicubic(lr, scale), last)

    def states(self, lr: Tensor, scale: float) -> list[Tensor]:
        """Return the image of each level, from (B, 3, h * 2, w * 2) up to the output of `forward`.

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        return [with_luma(bicubic(lr, 2**level), y) for level, y in enumerate(self._pyramid(lr, scale), 1)]

    def _pyramid(self, lr: Tensor, scale: float) -> Iterator[Tensor]:
        if doublings(scale) != len(self.levels):
            raise UsageError(
                f"this network was built for x{2 ** len(self.levels)}, not for x{scale:g}; choose a scale it supports"
            )
        y = luma(lr)
        features = self.head(y)
        for level in self.levels:
            features, y = level(features, y)
            yield y


def doublings(scale: float) -> int:
    """Return log2 of `scale`, the number of levels.

    Raises:
        UsageError: if the result is not a whole number above 0.
    """
    count = round(math.log2(scale))
    if count < 1 or 2**count != scale:
        raise UsageError(f"LapSRN: scale x{scale:g} is not supported; choose x2, x4 or x8")
    return count
