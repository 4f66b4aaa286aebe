"""CARN: Ahn et al., "Fast, Accurate, and Lightweight Super-Resolution with Cascading Residual Network", ECCV 2018."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from srbench import DIV2K_MEAN, Cascade, EResidualBlock, MeanShift, PerScale, PixelShuffleUpsampler, ResidualBlock
from srbench_classics.layers import conv

LENGTH = 3
"""Number of units in a cascade: residual blocks per cascading block, and cascading blocks in the network (Sec. 3.1)."""


class CARN(nn.Module):
    """CARN: a cascade of cascading residual blocks, with one upsampler per scale.

    Supported scales are 3 and the powers of two (the paper's are 2, 3 and 4).

    Args:
        scale: One scale, or several that share everything except the upsampler, as in the authors' training.
        efficient: Build CARN-M, with recursive cascades of efficient residual blocks.
        groups: Groups of the convolutions in the efficient residual blocks and in the upsamplers.
        features: Channels of every feature map.
    """

    def __init__(
        self, scale: float | Sequence[float], *, efficient: bool = False, groups: int = 1, features: int = 64
    ) -> None:
        super().__init__()

        block = EResidualBlock if efficient else ResidualBlock

        def cascading_block() -> Cascade:
            return Cascade(lambda: block(features, groups), LENGTH, features, recursive=efficient, activated=True)

        scales = scale if isinstance(scale, Sequence) else (scale,)
        self.subtract_mean = MeanShift(DIV2K_MEAN, sign=-1)
        self.head = conv(3, features)
        self.body = Cascade(cascading_block, LENGTH, features, activated=True)
        self.upsample = PerScale(
            {factor: PixelShuffleUpsampler(features, factor, groups=groups, activation=True) for factor in scales}
        )
        self.tail = conv(features, 3)
        self.add_mean = MeanShift(DIV2K_MEAN, sign=1)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        features = self.body(self.head(self.subtract_mean(lr)))
        sr: Tensor = self.add_mean(self.tail(self.upsample(features, scale)))
        return sr
