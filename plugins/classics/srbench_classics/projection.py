"""Strided layers by which D-DBPN and SRFBN change between LR and HR resolution."""

from __future__ import annotations

from torch import nn

from srbench import UsageError
from srbench_classics.layers import conv, he_normal

PADDING = 2
"""Padding on each side; the kernel is larger than the scale by twice the padding, so that sizes are exact multiples."""


def whole(scale: float, network: str) -> int:
    """Return `scale` as a stride.

    Raises:
        UsageError: if `scale` is not a whole number above 1; the message names `network`.
    """
    stride = round(scale)
    if stride != scale or stride < 2:
        raise UsageError(f"{network}: scale x{scale:g} is not supported; choose a whole number from 2")
    return stride


def up(features: int, stride: int, slope: float) -> nn.Sequential:
    """Build an upscaling layer with a PReLU: (B, features, h, w) to (B, features, h * stride, w * stride).

    Args:
        features: Channels of input and output.
        stride: Upscaling factor.
        slope: Initial slope of the PReLU.
    """
    layer = nn.ConvTranspose2d(features, features, stride + 2 * PADDING, stride, PADDING)
    return nn.Sequential(he_normal(layer), nn.PReLU(init=slope))


def down(features: int, stride: int, slope: float) -> nn.Sequential:
    """Build a downscaling layer with a PReLU: (B, features, h * stride, w * stride) to (B, features, h, w).

    Args:
        features: Channels of input and output.
        stride: Downscaling factor.
        slope: Initial slope of the PReLU.
    """
    layer = nn.Conv2d(features, features, stride + 2 * PADDING, stride, PADDING)
    return nn.Sequential(he_normal(layer), nn.PReLU(init=slope))


def same(in_channels: int, out_channels: int, kernel_size: int, slope: float) -> nn.Sequential:
    """Build a convolution with a PReLU that keeps the resolution.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Height and width of the kernel; odd.
        slope: Initial slope of the PReLU.
    """
    return nn.Sequential(he_normal(conv(in_channels, out_channels, kernel_size)), nn.PReLU(init=slope))
