"""MS-LapSRN: Lai et al., "Fast and Accurate Image Super-Resolution with Deep Laplacian Pyramid Networks", TPAMI 2018.

Details that the paper leaves open follow the authors' definition of the network.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from srbench import Prediction
from srbench_classics.lapsrn import HEAD_DEVIATION, SLOPE, bilinear, double, doublings
from srbench_classics.layers import conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

if TYPE_CHECKING:
    from collections.abc import Iterator


class Embedding(nn.Module):
    """Embedding of features, whose `depth` convolutions are applied `recursions` times with the same weights.

    Each time the level's first features are added: the shared-source skip of Sec. 3.2.2, which gave the paper's best
    results.
    """

    def __init__(self, depth: int, recursions: int, features: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(he_normal(conv(features, features)) for _ in range(depth))
        self.recursions = recursions

    def forward(self, source: Tensor) -> Tensor:
        """Map (B, features, h, w) to the same shape."""
        x = source
        for _ in range(self.recursions):
            for layer in self.convs:
                x = layer(leaky_relu(x, SLOPE))
            x = x + source
        return x


class DoubleFeatures(nn.ConvTranspose2d):
    """Doubling of the size of features by a 3x3 transposed convolution, its last row and column cut off."""

    def __init__(self, features: int) -> None:
        super().__init__(features, features, 3, stride=2)
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map (B, features, h, w) to (B, features, h * 2, w * 2).

        `output_size` is that of `torch.nn.ConvTranspose2d`.
        """
        return super().forward(x, output_size)[..., :-1, :-1]


class MSLapSRN(nn.Module):
    """MS-LapSRN: LapSRN's pyramid on the luma, with the same weights at every level; the chroma is bicubic.

    One set of weights serves x2, x4 and x8 (Sec. 3.3). The defaults are the paper's largest network, D5R8.

    Args:
        depth: Number of convolutions of the feature embedding, D.
        recursions: Number of times that they are applied at each level, R.
        features: Channels of the feature maps.
    """

    def __init__(self, *, depth: int = 5, recursions: int = 8, features: int = 64) -> None:
        super().__init__()
        self.head = he_normal(conv(1, features))
        nn.init.normal_(self.head.weight, std=HEAD_DEVIATION)
        self.embedding = Embedding(depth, recursions, features)
        self.features = DoubleFeatures(features)
        self.image = bilinear(double(1, bias=False))
        self.residual = he_normal(conv(features, 1))

    def forward(self, lr: Tensor, scale: float, hr: Tensor | None = None) -> Tensor | Prediction:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        In training, when there is an `hr`, the luma of all levels is handed out too, as ``level-1``, ``level-2``, ...

        Raises:
            UsageError: if `scale` is not a power of two above 1.
        """
        if hr is not None:
            levels = {f"level-{level}": y for level, y in enumerate(self._pyramid(lr, scale), 1)}
            return Prediction(with_luma(bicubic(lr, scale), [*levels.values()][-1]), aux=levels)
        last = deque(self._pyramid(lr, scale), maxlen=1).pop()
        return with_luma(bicubic(lr, scale), last)

    def states(self, lr: Tensor, scale: float) -> list[Tensor]:
        """Return the image of each level, from (B, 3, h * 2, w * 2) up to the output of `forward`.

        Raises:
            UsageError: if `scale` is not a power of two above 1.
        """
        return [with_luma(bicubic(lr, 2**level), y) for level, y in enumerate(self._pyramid(lr, scale), 1)]

    def _pyramid(self, lr: Tensor, scale: float) -> Iterator[Tensor]:
        y = luma(lr)
        features = self.head(y)
        for _ in range(doublings(scale)):
            features = self.features(leaky_relu(self.embedding(features), SLOPE))
            y = self.image(y) + self.residual(features)
            yield y
