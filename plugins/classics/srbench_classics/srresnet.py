"""SRResNet: Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a GAN", CVPR 2017."""

from __future__ import annotations

from torch import nn

from srbench import PerScale, shuffle_stages
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import Residual, conv


class SRResNet(LongSkipNetwork):
    """SRResNet: 16 residual blocks between 9x9 convolutions, with PReLU activations (Fig. 4, generator).

    With `batch_norm` it is the paper's network; without, the variant that later papers train and count. Supported
    scales are 3 and the powers of two (the paper's is 4).
    """

    def __init__(self, scale: float, *, blocks: int = 16, features: int = 64, batch_norm: bool = False) -> None:
        def normalised() -> list[nn.Module]:
            layer = conv(features, features)
            return [layer, nn.BatchNorm2d(features)] if batch_norm else [layer]

        def up(factor: int) -> list[nn.Module]:
            return [conv(features, features * factor**2), nn.PixelShuffle(factor), nn.PReLU()]

        super().__init__(
            head=nn.Sequential(conv(3, features, 9), nn.PReLU()),
            body=nn.Sequential(
                *(Residual(*normalised(), nn.PReLU(), *normalised()) for _ in range(blocks)), *normalised()
            ),
            upsample=PerScale(
                {scale: nn.Sequential(*(layer for factor in shuffle_stages(scale) for layer in up(factor)))}
            ),
            tail=conv(features, 3, 9),
        )
