"""Discriminator of SRGAN and its successors: a classifier in the style of VGG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class VggDiscriminator(nn.Module):
    """The VGG-style discriminator of SRGAN (Ledig et al. 2017, Fig. 4) and, deeper, of ESRGAN.

    It maps (B, 3, H, W) RGB in [0, 1] to (B, 1) logits. Each stage has a 3x3 convolution with stride 1 and a
    convolution with stride 2, each followed by LeakyReLU; two fully connected layers end the network.

    ``VggDiscriminator()`` is SRGAN's for patches of 96. ESRGAN's code has five stages, a kernel of 4 and 100 hidden
    features for patches of 128, EnhanceNet five stages from 32 features on, without batch normalisation.

    Args:
        stages: Channels of each stage.
        kernel: Kernel size of the strided convolutions.
        pool: Side to which the output of the stages is average-pooled; this changes nothing for the papers' patches.
        hidden: Width of the hidden fully connected layer.
        batch_norm: Whether all convolutions but the first have batch normalisation.
        slope: Negative slope of LeakyReLU.
    """

    def __init__(
        self,
        stages: Sequence[int] = (64, 128, 256, 512),
        *,
        kernel: int = 3,
        pool: int = 6,
        hidden: int = 1024,
        batch_norm: bool = True,
        slope: float = 0.2,
    ) -> None:
        super().__init__()
        self.smallest = 2 ** len(stages)
        """Minimum height and width of an image, in pixels: the total stride."""
        layers: list[nn.Module] = []
        channels = 3
        for width in stages:
            for size, stride in ((3, 1), (kernel, 2)):
                normalised = batch_norm and bool(layers)
                layers.append(nn.Conv2d(channels, width, size, stride, padding=1, bias=not normalised))
                if normalised:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.LeakyReLU(slope, inplace=True))
                channels = width
        self.features = nn.Sequential(*layers)
        self.judge = nn.Sequential(
            nn.AdaptiveAvgPool2d(pool),
            nn.Flatten(),
            nn.Linear(channels * pool**2, hidden),
            nn.LeakyReLU(slope, inplace=True),
            nn.Linear(hidden, 1),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return logits (B, 1), whose sigmoid is the probability that `image` (B, 3, H, W) is an HR image.

        Raises:
            UsageError: if the image is smaller than the total stride.
        """
        if min(image.shape[-2:]) < self.smallest:
            height, width = image.shape[-2:]
            raise UsageError(
                f"discriminator: {width} x {height} pixels is too small; use at least {self.smallest} x {self.smallest}"
            )
        logits: Tensor = self.judge(self.features(image))
        return logits
