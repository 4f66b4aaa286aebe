"""Layers that several networks share."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Layer = TypeVar("Layer", nn.Conv2d, nn.ConvTranspose2d)


def conv(in_channels: int, out_channels: int, kernel_size: int = 3, *, groups: int = 1, bias: bool = True) -> nn.Conv2d:
    """Build a convolution that keeps height and width by zero padding.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Height and width of the kernel; odd.
        groups: Groups of the convolution.
        bias: Add a bias.
    """
    return nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2, groups=groups, bias=bias)


def he_normal(layer: Layer) -> Layer:
    """Initialise `layer` with random weights as in He et al. 2015 (ICCV, Eq. 10) and zero biases, and return it."""
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Sequential):
    """Skip connection around a chain of layers: ``x + weight * layers(x)``."""

    def __init__(self, *layers: nn.Module, weight: float = 1.0) -> None:
        super().__init__(*layers)
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same shape."""
        residual = x
        for layer in self:
            residual = layer(residual)
        return x + residual if self.weight == 1 else x + self.weight * residual


def full_precision(x: Tensor) -> AbstractContextManager[None]:
    """Return a context without autocast on the device of `x`, for computations that need more than bfloat16."""
    if x.device.type == "meta":  # nothing is computed on the meta device, and torch has no autocast for it
        return nullcontext()
    return torch.autocast(x.device.type, enabled=False)


class ChannelAttention(nn.Module):
    """Channel attention, computed by a bottleneck from one statistic per channel (RCAN Sec. 3.3, IMDN Sec. 3.3).

    The statistic is the channel's mean (RCAN), or with `contrast` its mean plus its standard deviation (IMDN).
    """

    def __init__(self, features: int, reduction: int = 16, *, contrast: bool = False) -> None:
        super().__init__()
        self.contrast = contrast
        self.gate = nn.Sequential(
            conv(features, features // reduction, 1),
            nn.ReLU(inplace=True),
            conv(features // reduction, features, 1),
            nn.Sigmoid(),
        )

    def statistic(self, x: Tensor) -> Tensor:
        """Map (B, features, H, W) to one statistic per channel, (B, features, 1, 1)."""
        mean = x.mean((2, 3), keepdim=True)
        return mean + x.std((2, 3), correction=0, keepdim=True) if self.contrast else mean

    def forward(self, x: Tensor) -> Tensor:
        """Return the weighted channels, (B, features, H, W) as the input."""
        weights: Tensor = self.gate(self.statistic(x))
        return x * weights
