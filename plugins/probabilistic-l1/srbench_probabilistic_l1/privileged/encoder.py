"""The teacher's encoder: HR to an image of LR's size that says more than LR does."""

from __future__ import annotations

from srbench_classics.layers import conv, he_normal
from torch import nn

from srbench.errors import UsageError

FEATURES, SHRUNK, MAPPINGS = 56, 12, 4
"""FSRCNN's d, s and m."""


class Encoder(nn.Sequential):
    """FSRCNN backwards: (B, 3, h * scale, w * scale) RGB to (B, 3, h, w).

    A 9x9 convolution with a stride of `scale`, then a 1x1, four 3x3, another 1x1 and a 5x5 convolution, with PReLUs
    between; from He's initial weights, else the signal fades on its way.

    Raises `UsageError` for a scale that is no whole number.
    """

    def __init__(self, scale: float) -> None:
        if not float(scale).is_integer():
            raise UsageError(f"no encoder of HR at x{scale:g}: it strides by whole numbers")
        down = he_normal(nn.Conv2d(3, FEATURES, 9, stride=int(scale), padding=4))
        widths = (FEATURES, *((SHRUNK,) * (MAPPINGS + 1)), FEATURES)
        kernels = (1, *((3,) * MAPPINGS), 1)
        layers: list[nn.Module] = [down, nn.PReLU()]
        for before, after, kernel in zip(widths[:-1], widths[1:], kernels, strict=True):
            layers += [he_normal(conv(before, after, kernel)), nn.PReLU()]
        super().__init__(*layers, he_normal(conv(FEATURES, 3, 5)))
