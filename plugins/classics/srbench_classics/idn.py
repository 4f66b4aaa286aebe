"""IDN: Hui et al., "Fast and Accurate Single Image Super-Resolution via Information Distillation Network", CVPR 2018.

Details that the paper leaves open follow the authors' Caffe definition of the network.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench import PerScale, UsageError
from srbench_classics.layers import conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

SLOPE = 0.05
"""Negative slope of the leaky ReLUs."""
KERNEL = 17
"""Kernel size of the transposed convolution."""
GROUPS = 4
"""Groups of the second and fifth convolution of an enhancement unit."""


def activated(in_channels: int, out_channels: int, kernel_size: int = 3, *, groups: int = 1) -> nn.Sequential:
    """Build a convolution with He initialisation followed by a leaky ReLU.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Height and width of the kernel.
        groups: Groups of the convolution.
    """
    layer = he_normal(conv(in_channels, out_channels, kernel_size, groups=groups))
    return nn.Sequential(layer, nn.LeakyReLU(SLOPE, inplace=True))


class DistillationBlock(nn.Module):
    """Distillation block: an enhancement unit and a compression unit (Secs. 3.2 and 3.3).

    A quarter of the output of the first three convolutions is kept and concatenated with the block's input; the rest is
    refined by three more convolutions. Both parts are added, and a 1x1 convolution compresses the sum to `features`
    channels.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.kept = features // 4
        narrow, narrower, rest = features - self.kept, features - 2 * self.kept, features - self.kept
        self.first = nn.Sequential(
            activated(features, narrow), activated(narrow, narrower, groups=GROUPS), activated(narrower, features)
        )
        self.second = nn.Sequential(
            activated(rest, features),
            activated(features, narrow, groups=GROUPS),
            activated(narrow, features + self.kept),
        )
        self.compress = activated(features + self.kept, features, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, h, w) to the same shape."""
        short = self.first(x)
        kept = torch.cat([x, short[:, : self.kept]], dim=1)
        compressed: Tensor = self.compress(kept + self.second(short[:, self.kept :]))
        return compressed


class Enlarge(nn.ConvTranspose2d):
    """Upsampler to one channel by a 17x17 transposed convolution.

    The kernel of an LR pixel is centred on the last of the SR pixels it covers, as in the crop of the authors' test
    code.
    """

    def __init__(self, features: int, factor: int) -> None:
        super().__init__(features, 1, KERNEL, stride=factor, padding=KERNEL // 2 - (factor - 1))
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map (B, features, h, w) to the luma residual (B, 1, h * factor, w * factor).

        `output_size` is that of `torch.nn.ConvTranspose2d`.
        """
        height, width = (side * self.stride[0] for side in x.shape[-2:])
        return super().forward(x, output_size)[..., :height, :width]


class IDN(nn.Module):
    """IDN: two convolutions, four distillation blocks and a transposed convolution predict the luma's residual.

    The residual is added to the bicubic luma; the chroma is bicubic. Supported scales are whole numbers from 2 to 9
    (the paper's are 2, 3 and 4), each trained separately.

    Raises:
        UsageError: if `scale` is not a whole number from 2 to 9.
    """

    def __init__(self, scale: float, *, blocks: int = 4, features: int = 64) -> None:
        super().__init__()
        factor = round(scale)
        if factor != scale or not 2 <= factor <= KERNEL // 2 + 1:
            raise UsageError(f"IDN: scale x{scale:g} is not supported; choose a whole number from 2 to 9")
        self.head = nn.Sequential(activated(1, features), activated(features, features))
        self.body = nn.Sequential(*(DistillationBlock(features) for _ in range(blocks)))
        self.upsample = PerScale({scale: Enlarge(features, factor)})

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        residual = self.upsample(self.body(self.head(luma(lr))), scale)
        enlarged = bicubic(lr, scale)
        return with_luma(enlarged, luma(enlarged) + residual)
