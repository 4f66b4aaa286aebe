"""VDSR: Kim et al., "Accurate Image Super-Resolution Using Very Deep Convolutional Networks", CVPR 2016."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from srbench_classics.layers import Residual, conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma


class VDSR(nn.Module):
    """`depth` 3x3 convolutions learn what the bicubic image lacks (Sec. 3.1), from He's initial
    weights (Sec. 5.2); one network for every real scale.

    With one of `channels` it works on the luma and leaves the chroma bicubic, as in the paper; with three, on RGB.
    """

    def __init__(self, *, channels: Literal[1, 3] = 1, depth: int = 20, features: int = 64, bias: bool = True) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for i in range(depth):
            first, last = i == 0, i == depth - 1
            layer = conv(channels if first else features, channels if last else features, bias=bias)
            layers += [he_normal(layer), nn.ReLU(inplace=True)]
        self.channels = channels
        self.refine = Residual(*layers[:-1])

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale))."""
        enlarged = bicubic(lr, scale)
        if self.channels == 1:
            return with_luma(enlarged, self.refine(luma(enlarged)))
        sr: Tensor = self.refine(enlarged)
        return sr
