"""SRResNet and RCAN for LR images of HR's size, the baselines of Cai et al. (ICCV 2019) on RealSR.

Their definitions are not published. Here both keep the body of their paper and, like the networks of Cai et al., work
on the luma unshuffled to a quarter of its resolution. Their sizes are chosen to give the number of parameters printed
in the probabilistic-l1 paper (Table 5).
"""

from __future__ import annotations

from torch import nn

from srbench import PixelShuffleUpsampler
from srbench_classics.equal_size import FACTOR, EqualSizeNetwork, Synthesis
from srbench_classics.layers import conv
from srbench_classics.rcan import RCAN
from srbench_classics.srresnet import SRResNet


class RealSRResNet(EqualSizeNetwork):
    """SRResNet without batch normalisation, with its 9x9 head and one sub-pixel convolution back to full size."""

    def __init__(self, *, blocks: int = 16, features: int = 64) -> None:
        super().__init__(
            head=nn.Sequential(conv(FACTOR**2, features, 9), nn.PReLU()),
            body=SRResNet(1, blocks=blocks, features=features).body,
            tail=Synthesis(conv(features, FACTOR**2), nn.PixelShuffle(FACTOR)),
        )


class RealRCAN(EqualSizeNetwork):
    """RCAN with half of its blocks (10 groups of 10), with its x4 upsampler back to full size."""

    def __init__(self, *, groups: int = 10, blocks: int = 10, features: int = 64, reduction: int = 16) -> None:
        super().__init__(
            head=conv(FACTOR**2, features),
            body=RCAN(1, groups=groups, blocks=blocks, features=features, reduction=reduction).body,
            tail=Synthesis(PixelShuffleUpsampler(features, FACTOR), conv(features, 1)),
        )
