"""VDSR: Kim et al., "Accurate Image Super-Resolution Using Very Deep Convolutional Networks", CVPR 2016."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from srbench_classics.layers import Residual, conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

BLACK, WHITE = 16 / 255, 235 / 255
"""Luma of black and white."""


class VDSR(nn.Module):
    """VDSR: `depth` 3x3 convolutions that predict the residual of the bicubic image (Sec. 3.1).

    The weights have He initialisation (Sec. 5.2). One set of weights serves any real scale. With `channels` 1 the
    network works on the luma and keeps the bicubic chroma, as in the paper; with `channels` 3 it works on RGB.

    Args:
        channels: Channels that are restored: 1, the luma, or 3, RGB.
        depth: Number of convolutions.
        features: Channels of the feature maps.
        bias: Add biases to the convolutions.
        clip_luma: Clip the bicubic luma to [16, 235] / 255, the range of an image's, as the authors' test code does.
    """

    def __init__(
        self,
        *,
        channels: Literal[1, 3] = 1,
        depth: int = 20,
        features: int = 64,
        bias: bool = True,
        clip_luma: bool = False,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for i in range(depth):
            first, last = i == 0, i == depth - 1
            layer = conv(channels if first else features, channels if last else features, bias=bias)
            layers += [he_normal(layer), nn.ReLU(inplace=True)]
        self.channels = channels
        self.clip_luma = clip_luma
        self.refine = Residual(*layers[:-1])

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale))."""
        enlarged = bicubic(lr, scale)
        if self.channels == 1:
            y = luma(enlarged)
            return with_luma(enlarged, self.refine(y.clamp(BLACK, WHITE) if self.clip_luma else y))
        sr: Tensor = self.refine(enlarged)
        return sr
