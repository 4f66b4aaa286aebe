"""IDN: Hui et al., "Fast and Accurate Single Image Super-Resolution via Information Distillation Network", 2018.

CVPR 2018; what the paper leaves open follows the authors' Caffe definition of the network.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench.errors import UsageError
from srbench.nn.upsample import PerScale
from srbench_classics.layers import conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

SLOPE = 0.05
"""Of the leaky ReLUs."""
KERNEL = 17
"""Of the transposed convolution."""
GROUPS = 4
"""Of the second and fifth convolution of an enhancement unit."""


def activated(in_channels: int, out_channels: int, kernel_size: int = 3, *, groups: int = 1) -> nn.Sequential:
    """A convolution from He's initial weights, and a leaky ReLU."""
    layer = he_normal(conv(in_channels, out_channels, kernel_size, groups=groups))
    return nn.Sequential(layer, nn.LeakyReLU(SLOPE, inplace=True))


class DistillationBlock(nn.Module):
    """An enhancement unit and a compression unit (Secs. 3.2 and 3.3): (B, features, h, w) in, the same out.

    Of the first three convolutions' result one quarter is kept, beside the block's input, and the rest refined by three
    more; what was kept and what was refined add up, and a 1x1 convolution brings them back to `features`.
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
        """The block's output."""
        short = self.first(x)
        kept = torch.cat([x, short[:, : self.kept]], dim=1)
        compressed: Tensor = self.compress(kept + self.second(short[:, self.kept :]))
        return compressed


class Enlarge(nn.ConvTranspose2d):
    """(B, features, h, w) to (B, 1, h * factor, w * factor) by the 17x17 transposed convolution.

    The kernel of an LR pixel is centred on the last of the SR pixels it becomes, as the authors' test code crops it.
    """

    def __init__(self, features: int, factor: int) -> None:
        super().__init__(features, 1, KERNEL, stride=factor, padding=KERNEL // 2 - (factor - 1))
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """The residual of the luma; `output_size` is `torch.nn.ConvTranspose2d`'s."""
        height, width = (side * self.stride[0] for side in x.shape[-2:])
        return super().forward(x, output_size)[..., :height, :width]


class IDN(nn.Module):
    """Two convolutions, four distillation blocks and a transposed convolution give what the bicubic luma lacks.

    The chroma is bicubic. Scales: whole numbers from 2 to 9 (the paper's are 2, 3 and 4), each trained on its own.
    Raises `UsageError` for others.
    """

    def __init__(self, scale: float, *, blocks: int = 4, features: int = 64) -> None:
        super().__init__()
        factor = round(scale)
        if factor != scale or not 2 <= factor <= KERNEL // 2 + 1:
            raise UsageError(f"IDN has no x{scale:g}: its {KERNEL} x {KERNEL} kernel serves whole numbers from 2 to 9")
        self.head = nn.Sequential(activated(1, features), activated(features, features))
        self.body = nn.Sequential(*(DistillationBlock(features) for _ in range(blocks)))
        self.upsample = PerScale({scale: Enlarge(features, factor)})

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises `UsageError` for a scale that the network was not built for.
        """
        residual = self.upsample(self.body(self.head(luma(lr))), scale)
        enlarged = bicubic(lr, scale)
        return with_luma(enlarged, luma(enlarged) + residual)
