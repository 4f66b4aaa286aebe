"""The report's discriminator (Sec. 3.2, Fig. 4); that of SRGAN and ESRGAN is srbench's `VggDiscriminator`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from srbench import UsageError
from srbench_esrgan_gan.rrdb import SLOPE

if TYPE_CHECKING:
    from collections.abc import Sequence


class Discriminator(nn.Sequential):
    """The report's discriminator: 3x3 convolutions with LeakyReLU, average pooling, and a two-layer perceptron.

    It maps (B, 3, H, W) RGB in [0, 1] of any size to (B, 1) logits. The report only gives the numbers of layers. The
    author's code has four convolutions of 64 to 512 features with stride 1, pooling to 6 x 6 and a width of 1024; it
    has one hidden layer where the report says two.

    Args:
        features: output channels of each convolution.
        stride: stride of every convolution. A reduced discriminator uses 2, for the same receptive field at a fraction
            of the cost.
        pool: side of the map that average pooling leaves.
        hidden: widths of the perceptron's hidden layers.
        slope: negative slope of LeakyReLU.

    Raises:
        UsageError: if `features` or `hidden` is empty.
    """

    def __init__(
        self,
        features: Sequence[int] = (64, 128, 256, 512),
        *,
        stride: int = 1,
        pool: int = 6,
        hidden: Sequence[int] = (1024, 1024),
        slope: float = SLOPE,
    ) -> None:
        if not features or not hidden:
            raise UsageError(f"discriminator: features {features}, hidden {hidden}: each needs at least one entry")
        layers: list[nn.Module] = []
        for before, after in zip((3, *features), features, strict=False):
            layers += [nn.Conv2d(before, after, 3, stride, padding=1), nn.LeakyReLU(slope, inplace=True)]
        layers += [nn.AdaptiveAvgPool2d(pool), nn.Flatten()]
        widths = (features[-1] * pool**2, *hidden)
        for before, after in zip(widths, hidden, strict=False):
            layers += [nn.Linear(before, after), nn.LeakyReLU(slope, inplace=True)]
        super().__init__(*layers, nn.Linear(hidden[-1], 1))
