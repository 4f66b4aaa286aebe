"""PCARN's discriminators (paper, Fig. 1 bottom, Fig. 3, Eq. 6), for training.

The layer sizes are those of the authors' released training code; the paper's text names only their number, nine.
"""

from __future__ import annotations

from torch import Tensor, nn

LAYERS = ((1, 3, 1), (1, 4, 2), (2, 3, 1), (2, 4, 2), (4, 3, 1), (4, 4, 2), (8, 3, 1), (8, 3, 1))
"""Features in multiples of `WIDTH`, kernel size and stride of every convolution but the last."""
WIDTH = 64


class Discriminator(nn.Sequential):
    """Nine convolutions that judge every patch of an image by itself.

    (B, 3, H, W) RGB in [0, 1] to (B, 1, H // 8, W // 8) logits; their sigmoid is D of Eq. 4, the probability that the
    patch is from an HR image. `width` is the features of its first convolution, 64 in the paper.
    """

    def __init__(self, width: int = WIDTH) -> None:
        layers: list[nn.Module] = []
        channels = 3
        for times, kernel, stride in LAYERS:
            features = times * width
            layers.append(nn.Conv2d(channels, features, kernel, stride, padding=1))
            if channels > 3:  # all but the first are normalised
                layers.append(nn.BatchNorm2d(features))
            layers.append(nn.LeakyReLU(inplace=True))
            channels = features
        super().__init__(*layers, nn.Conv2d(channels, 1, 3, padding=1))


class MultiScaleDiscriminator(nn.Module):
    """`scales` discriminators over a pyramid of the image, each with weights of its own (Eq. 6: S = 3).

    Level i sees the image average-pooled by 2^i.
    """

    def __init__(self, scales: int = 3, width: int = WIDTH) -> None:
        super().__init__()
        self.discriminators = nn.ModuleList(Discriminator(width) for _ in range(scales))

    def forward(self, image: Tensor) -> list[Tensor]:
        """`image` (B, 3, H, W) RGB in [0, 1] to one map of logits a level, finest first."""
        return [
            discriminator(nn.functional.avg_pool2d(image, 2**level) if level else image)
            for level, discriminator in enumerate(self.discriminators)
        ]
