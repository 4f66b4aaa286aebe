"""DRRN: Tai et al., "Image Super-Resolution via Deep Recursive Residual Network", CVPR 2017."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench_classics.layers import conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

if TYPE_CHECKING:
    from collections.abc import Iterator


class DRRN(nn.Module):
    """DRRN: a residual unit of two convolutions, applied `units` times to the features of the bicubic luma (Sec. 3).

    Each unit's skip connection starts at the input of the first unit, not at the preceding unit (Eq. 5). The defaults
    are the paper's B1U25, a single recursive block. With `batch_norm`, each ReLU is preceded by its own batch
    normalisation, which units do not share, as in the authors' definition; without it, the number of parameters is the
    one printed in the paper. The chroma is bicubic. One set of weights serves any real scale.
    """

    def __init__(self, *, units: int = 25, features: int = 128, batch_norm: bool = False) -> None:
        super().__init__()

        def activation(channels: int) -> nn.Sequential:
            return nn.Sequential(*([nn.BatchNorm2d(channels)] if batch_norm else []), nn.ReLU())

        self.head = nn.Sequential(activation(1), he_normal(conv(1, features)))
        self.conv1 = he_normal(conv(features, features))
        self.conv2 = he_normal(conv(features, features))
        self.before1 = nn.ModuleList(activation(features) for _ in range(units))
        self.before2 = nn.ModuleList(activation(features) for _ in range(units))
        self.last_activation = activation(features)
        self.tail = he_normal(conv(features, 1))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale))."""
        enlarged = bicubic(lr, scale)
        y = luma(enlarged)
        last = deque(self._units(y), maxlen=1).pop()
        return with_luma(enlarged, self._reconstruct(last, y))

    def states(self, lr: Tensor, scale: float) -> list[Tensor]:
        """Return the (B, 3, H, W) image that the last layer reconstructs after each unit, the output of `forward` last.

        In training mode, batch normalisation takes its statistics from each call.
        """
        enlarged = bicubic(lr, scale)
        y = luma(enlarged)
        return [with_luma(enlarged, self._reconstruct(hidden, y)) for hidden in self._units(y)]

    def _units(self, y: Tensor) -> Iterator[Tensor]:
        hidden = shallow = self.head(y)
        for before1, before2 in zip(self.before1, self.before2, strict=True):
            hidden = shallow + self.conv2(before2(self.conv1(before1(hidden))))
            yield hidden

    def _reconstruct(self, hidden: Tensor, y: Tensor) -> Tensor:
        restored: Tensor = y + self.tail(self.last_activation(hidden))
        return restored
