"""RCAN: Zhang et al., "Image Super-Resolution Using Very Deep Residual Channel Attention Networks", ECCV 2018."""

from __future__ import annotations

from torch import nn

from srbench import DIV2K_MEAN, PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import ChannelAttention, Residual, conv


def residual_group(blocks: int, features: int, reduction: int) -> Residual:
    """Build a residual group of channel-attention blocks and a convolution, with skips around each block and the group.

    See Sec. 3.2.

    Args:
        blocks: Number of blocks.
        features: Channels of the feature maps.
        reduction: Factor by which the attention's bottleneck reduces the channels.
    """

    def block() -> Residual:
        return Residual(
            conv(features, features),
            nn.ReLU(inplace=True),
            conv(features, features),
            ChannelAttention(features, reduction),
        )

    return Residual(*(block() for _ in range(blocks)), conv(features, features))


class RCAN(LongSkipNetwork):
    """RCAN: residual groups of channel-attention blocks, with skips around each block, each group and the whole body.

    The defaults are the paper's (Sec. 3.5): G = 10 groups of B = 20 blocks, 64 features, reduction 16. Supported scales
    are 3 and the powers of two.
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
