"""EDSR: Lim et al., "Enhanced Deep Residual Networks for Single Image Super-Resolution", CVPRW 2017."""

from __future__ import annotations

from torch import nn

from srbench import DIV2K_MEAN, PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import Residual, conv


class EDSR(LongSkipNetwork):
    """EDSR: residual blocks without batch normalisation (Sec. 3.1, Fig. 2c), scaled by `residual_weight` (Sec. 3.2).

    The defaults are the paper's EDSR (B = 32, F = 256, residual weight 0.1); EDSR-baseline is (16, 64, 1). Supported
    scales are 3 and the powers of two.
    """

    def __init__(self, scale: float, *, blocks: int = 32, features: int = 256, residual_weight: float = 0.1) -> None:
        super().__init__(
            head=conv(3, features),
            body=nn.Sequential(
                *(
                    Residual(
                        conv(features, features),
                        nn.ReLU(inplace=True),
                        conv(features, features),
                        weight=residual_weight,
                    )
                    for _ in range(blocks)
                ),
                conv(features, features),
            ),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
