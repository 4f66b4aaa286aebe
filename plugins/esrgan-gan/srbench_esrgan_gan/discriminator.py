"""The two discriminators: the report's (Sec. 3.2, Fig. 4), and SRGAN's and ESRGAN's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError
from srbench_esrgan_gan.rrdb import SLOPE

if TYPE_CHECKING:
    from collections.abc import Sequence


class Discriminator(nn.Sequential):
    """The report's: 3x3 convolutions with LeakyReLU, average pooling, a perceptron of two hidden layers.

    (B, 3, H, W) RGB in [0, 1] of any size to (B, 1) logits. The text gives the numbers of layers alone. Four
    convolutions of 64 to 512 features with stride 1, pooling to 6 x 6 and a width of 1024 are what its author's code
    has; that has one hidden layer, where the text says two. `stride` is every convolution's, and `pool` what remains of
    each side: a reduced discriminator has a stride of 2, which sees as far at a fraction of the cost.
    Raises `UsageError` where no convolution or no hidden layer is asked for.
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
            raise UsageError(f"discriminator: features {features}, hidden {hidden}: needs at least one of each")
        layers: list[nn.Module] = []
        for before, after in zip((3, *features), features, strict=False):
            layers += [nn.Conv2d(before, after, 3, stride, padding=1), nn.LeakyReLU(slope, inplace=True)]
        layers += [nn.AdaptiveAvgPool2d(pool), nn.Flatten()]
        widths = (features[-1] * pool**2, *hidden)
        for before, after in zip(widths, hidden, strict=False):
            layers += [nn.Linear(before, after), nn.LeakyReLU(slope, inplace=True)]
        super().__init__(*layers, nn.Linear(hidden[-1], 1))


class VggDiscriminator(nn.Module):
    """SRGAN's (Ledig et al. 2017, Fig. 4), and ESRGAN's, a deeper one: two convolutions a stage, then two layers.

    Each stage has a 3x3 convolution with stride 1 and one of `kernel` with stride 2, all but the first with batch
    normalisation (`batch_norm`), LeakyReLU behind each. (B, 3, H, W) RGB in [0, 1] to (B, 1) logits; what the stages
    leave is pooled to `pool` x `pool`, which changes nothing for the patches of the papers.

    ``VggDiscriminator()`` is SRGAN's for patches of 96; ESRGAN's code has five stages, a kernel of 4 and 100 hidden
    features for patches of 128 (`ESRGAN`). A call raises `UsageError` for an image that its strides leave nothing of.
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
        """Logits; their sigmoid is the probability that `image` is an HR image."""
        if min(image.shape[-2:]) < self.smallest:
            height, width = image.shape[-2:]
            raise UsageError(f"discriminator: {width} x {height} pixels, needs {self.smallest} x {self.smallest}")
        logits: Tensor = self.judge(self.features(image))
        return logits
