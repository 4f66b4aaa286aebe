"""PCARN's discriminators (paper, Fig. 1 bottom, Fig. 3, Eq. 6), for training.

The layer sizes are those of the authors' released training code; the paper only names the number of layers, nine.
"""

from __future__ import annotations

from torch import Tensor, nn

LAYERS = ((1, 3, 1), (1, 4, 2), (2, 3, 1), (2, 4, 2), (4, 3, 1), (4, 4, 2), (8, 3, 1), (8, 3, 1))
"""Features as a multiple of the width, kernel size and stride of every convolution but the last."""
WIDTH = 64
"""Features of the first convolution in the paper."""


class Discriminator(nn.Sequential):
    """A patch discriminator of nine convolutions.

    It maps (B, 3, H, W) RGB in [0, 1] to (B, 1, H // 8, W // 8) logits, whose sigmoid is D of Eq. 4, the probability
    that the patch is from an HR image. `width` is the number of features of the first convolution, 64 in the paper.
    """

    def __init__(self, width: int = WIDTH) -> None:
        layers: list[nn.Module] = []
        channels = 3
        for times, kernel, stride in LAYERS:
            features = times * width
            layers.append(nn.Conv2d(channels, features, kernel, stride, padding=1))
            if channels > 3:  # every convolution but the first is normalised
                layers.append(nn.BatchNorm2d(features))
            layers.append(nn.LeakyReLU(inplace=True))
            channels = features
        super().__init__(*layers, nn.Conv2d(channels, 1, 3, padding=1))


class MultiScaleDiscriminator(nn.Module):
    """Discriminators with separate weights for each level of an image pyramid (Eq. 6: S = 3 levels).

    Level i sees the image average-pooled by 2^i. `scales` is the number of levels, `width` the number of features of
    each discriminator's first convolution.
    """

    def __init__(self, scales: int = 3, width: int = WIDTH) -> None:
        super().__init__()
        self.discriminators = nn.ModuleList(Discriminator(width) for _ in range(scales))

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return a map of logits for each level, finest first, of `image` (B, 3, H, W), RGB in [0, 1]."""
        return [
            discriminator(nn.functional.avg_pool2d(image, 2**level) if level else image)
            for level, discriminator in enumerate(self.discriminators)
        ]
