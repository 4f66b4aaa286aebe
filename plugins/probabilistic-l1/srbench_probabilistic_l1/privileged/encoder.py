"""The teacher's encoder, from HR to an image of the LR size that holds more information than LR."""

from __future__ import annotations

from srbench_classics.layers import conv, he_normal
from torch import nn

from srbench import UsageError

FEATURES, SHRUNK, MAPPINGS = 56, 12, 4
"""Layer sizes of FSRCNN: its d, s and m."""


class Encoder(nn.Sequential):
    """A mirrored FSRCNN, from (B, 3, h * scale, w * scale) RGB to (B, 3, h, w).

    It has a 9x9 convolution with a stride of `scale`, then a 1x1, four 3x3, another 1x1 and a 5x5 convolution, with
    PReLUs in between. He's initial weights keep the signal from fading.

    Raises:
        UsageError: if `scale` is not a whole number.
    """

    def __init__(self, scale: float) -> None:
        if not float(scale).is_integer():
            raise UsageError(f"no encoder of HR at x{scale:g}: its stride is the scale; use a whole-number scale")
        down = he_normal(nn.Conv2d(3, FEATURES, 9, stride=int(scale), padding=4))
        widths = (FEATURES, *((SHRUNK,) * (MAPPINGS + 1)), FEATURES)
        kernels = (1, *((3,) * MAPPINGS), 1)
        layers: list[nn.Module] = [down, nn.PReLU()]
        for before, after, kernel in zip(widths[:-1], widths[1:], kernels, strict=True):
            layers += [he_normal(conv(before, after, kernel)), nn.PReLU()]
        super().__init__(*layers, he_normal(conv(FEATURES, 3, 5)))
