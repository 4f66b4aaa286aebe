"""FEQE: Vu et al., "Fast and Efficient Image Quality Enhancement via Desubpixel Convolutional Neural Networks", 2018.

The numbers of blocks and features, the initialisation and the places of the 1x1 convolutions follow the authors' code.
"""

from __future__ import annotations

import math

from torch import Tensor, nn

from srbench import PerScale, UsageError, shuffle_stages
from srbench_classics.layers import Residual, conv
from srbench_classics.luma import bicubic

RANGE = 255.0
"""Range of the values inside of the network, which are around 0."""


class FEQE(nn.Module):
    """FEQE: residual blocks on the bicubic image, unshuffled to LR size, predict what is added to it (Sec. 3).

    Downsampling is desubpixel: pixels become channels, so that nothing is lost; a 1x1 convolution is among its steps.
    Upsampling is sub-pixel convolution with 1x1 kernels. Supported scales are 2 and 4 (the paper's is 4), each trained
    separately.

    Args:
        scale: Scale factor.
        blocks: Number of residual blocks, without batch normalisation.
        features: Channels of the feature maps; a multiple of 4.

    Raises:
        UsageError: if `scale` is not 2 or 4, or `features` not a multiple of 4.
    """

    def __init__(self, scale: float, *, blocks: int = 20, features: int = 16) -> None:
        super().__init__()
        if scale not in {2, 4}:
            raise UsageError(f"FEQE: scale x{scale:g} is not supported; choose x2 or x4")
        if features < 4 or features % 4:
            raise UsageError(f"FEQE: {features} features can't be unshuffled; choose a multiple of 4")
        steps = shuffle_stages(scale)
        unshuffles: list[nn.Module] = [nn.PixelUnshuffle(2) for _ in steps[1:]]
        colours = 3 * 4 ** len(unshuffles)
        self.head = nn.Sequential(*unshuffles, conv(colours, features // 4, 1), nn.PixelUnshuffle(2))
        self.body = nn.Sequential(
            *(
                Residual(conv(features, features), nn.ReLU(inplace=True), conv(features, features))
                for _ in range(blocks)
            ),
            conv(features, features),
        )
        widths = [*(4 * features for _ in steps[1:]), 4 * 3]
        shuffles = [layer for width in widths for layer in (conv(features, width, 1), nn.PixelShuffle(2))]
        self.upsample = PerScale({scale: nn.Sequential(*shuffles)})
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                _initialise(layer)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        enlarged = bicubic(lr, scale)
        features = self.body(self.head((enlarged - 0.5) * RANGE))
        residual: Tensor = self.upsample(features, scale)
        return enlarged + residual / RANGE


def _initialise(layer: nn.Conv2d) -> None:
    """Draw weights and biases uniformly up to 1 / sqrt(fan-in) in magnitude."""
    bound = 1 / math.sqrt(layer.weight[0].numel())
    nn.init.uniform_(layer.weight, -bound, bound)
    if layer.bias is not None:
        nn.init.uniform_(layer.bias, -bound, bound)
