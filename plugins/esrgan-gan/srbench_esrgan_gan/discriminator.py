"""The discriminators: the report's (Sec. 3.2, Fig. 4), and that of SRGAN and ESRGAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

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


class VggDiscriminator(nn.Module):
    """The VGG-style discriminator of SRGAN (Ledig et al. 2017, Fig. 4) and, deeper, of ESRGAN.

    It maps (B, 3, H, W) RGB in [0, 1] to (B, 1) logits. Each stage has a 3x3 convolution with stride 1 and a
    convolution with stride 2, each followed by LeakyReLU; two fully connected layers end the network.

    ``VggDiscriminator()`` is SRGAN's for patches of 96; ESRGAN's code has five stages, a kernel of 4 and 100 hidden
    features for patches of 128 (`esrgan_recipe.DISCRIMINATOR`).

    Args:
        stages: channels of each stage.
        kernel: kernel size of the strided convolutions.
        pool: side to which the output of the stages is average-pooled; this changes nothing for the papers' patches.
        hidden: width of the hidden fully connected layer.
        batch_norm: whether all convolutions but the first have batch normalisation.
        slope: negative slope of LeakyReLU.

    Raises:
        UsageError: on a call, if the image is smaller than the total stride.
    """

    def __init__(
        self,
        stages: Sequence[int] = (64, 128, 256, 512),
        *,
        kernel: int = 3,
        pool: int = 6,
        hidden: int = 1024,
        batch_norm: bool = True,
        slope: float = SLOPE,
    ) -> None:
        super().__init__()
        self.smallest = 2 ** len(stages)
        layers: list[nn.Module] = []
        before = 3
        for width in stages:
            for size, stride in ((3, 1), (kernel, 2)):
                normalised = batch_norm and before != 3
                layers.append(nn.Conv2d(before, width, size, stride, padding=1, bias=not normalised))
                if normalised:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.LeakyReLU(slope, inplace=True))
                before = width
        self.features = nn.Sequential(*layers)
        self.judge = nn.Sequential(
            nn.AdaptiveAvgPool2d(pool),
            nn.Flatten(),
            nn.Linear(before * pool**2, hidden),
            nn.LeakyReLU(slope, inplace=True),
            nn.Linear(hidden, 1),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return logits (B, 1), whose sigmoid is the probability that `image` (B, 3, H, W) is an HR image."""
        if min(image.shape[-2:]) < self.smallest:
            height, width = image.shape[-2:]
            raise UsageError(
                f"discriminator: {width} x {height} pixels are too few; use at least {self.smallest} x {self.smallest}"
            )
        logits: Tensor = self.judge(self.features(image))
        return logits
