"""The strided layers that D-DBPN and SRFBN go up to HR's size and down again by."""

from __future__ import annotations

from torch import nn

from srbench.errors import UsageError
from srbench_classics.layers import conv, he_normal

PADDING = 2
"""On each side; the kernel is twice that larger than the scale, so that sizes come out as multiples."""


def whole(scale: float, network: str) -> int:
    """`scale` as a stride. Raises `UsageError`, naming `network`, where it is no whole number above 1."""
    stride = round(scale)
    if stride != scale or stride < 2:
        raise UsageError(f"{network} has no x{scale:g}: its strided layers serve whole numbers from 2")
    return stride


def up(features: int, stride: int, slope: float) -> nn.Sequential:
    """(B, features, h, w) to (B, features, h * stride, w * stride), and a PReLU that starts at `slope`."""
    layer = nn.ConvTranspose2d(features, features, stride + 2 * PADDING, stride, PADDING)
    return nn.Sequential(_he(layer), nn.PReLU(init=slope))


def down(features: int, stride: int, slope: float) -> nn.Sequential:
    """(B, features, h * stride, w * stride) to (B, features, h, w), and a PReLU that starts at `slope`."""
    layer = nn.Conv2d(features, features, stride + 2 * PADDING, stride, PADDING)
    return nn.Sequential(_he(layer), nn.PReLU(init=slope))


def same(in_channels: int, out_channels: int, kernel_size: int, slope: float) -> nn.Sequential:
    """(B, in_channels, h, w) to (B, out_channels, h, w), and a PReLU that starts at `slope`."""
    return nn.Sequential(he_normal(conv(in_channels, out_channels, kernel_size)), nn.PReLU(init=slope))


def _he(layer: nn.Conv2d | nn.ConvTranspose2d) -> nn.Module:
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
