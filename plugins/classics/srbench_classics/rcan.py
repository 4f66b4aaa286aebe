"""RCAN: Zhang et al., "Image Super-Resolution Using Very Deep Residual Channel Attention Networks", ECCV 2018."""

from __future__ import annotations

from torch import nn

from srbench.nn.shift import DIV2K_MEAN
from srbench.nn.upsample import PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import ChannelAttention, Residual, conv


def residual_group(blocks: int, features: int, reduction: int) -> Residual:
    """`blocks` channel-attention blocks and a convolution, a skip around each block and around the group (Sec. 3.2)."""

    def block() -> Residual:
        return Residual(
            conv(features, features),
            nn.ReLU(inplace=True),
            conv(features, features),
            ChannelAttention(features, reduction),
        )

    return Residual(*(block() for _ in range(blocks)), conv(features, features))


class RCAN(LongSkipNetwork):
    """Residual in residual: groups of channel-attention blocks, a skip around each block, each group and the whole.

    The defaults are the paper's (Sec. 3.5): G = 10 groups of B = 20 blocks, 64 features, reduction 16.
    Scales: 3 and the powers of two.
    """

    def __init__(
        self, scale: float, *, groups: int = 10, blocks: int = 20, features: int = 64, reduction: int = 16
    ) -> None:
        super().__init__(
            head=conv(3, features),
            body=nn.Sequential(
                *(residual_group(blocks, features, reduction) for _ in range(groups)), conv(features, features)
            ),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
