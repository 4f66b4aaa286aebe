"""D-DBPN: Haris et al., "Deep Back-Projection Networks for Super-Resolution", CVPR 2018.

What the paper leaves open follows the authors' PyTorch definition.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench.nn.upsample import PerScale
from srbench_classics.layers import conv, he_normal
from srbench_classics.projection import down, same, up, whole

SLOPE = 0.25
"""That PReLUs start at."""


class Projection(nn.Module):
    """``h + error(back(h) - x)`` with ``h = there(x)``: a step to the other size, corrected by what coming back shows.

    With `stages` over 1, x is first brought down from ``stages * features`` channels by a 1x1 convolution: the dense
    projection unit (Sec. 3.3).
    """

    def __init__(self, features: int, stages: int, *, there: nn.Module, back: nn.Module, error: nn.Module) -> None:
        super().__init__()
        self.entry = same(stages * features, features, 1, SLOPE) if stages > 1 else nn.Identity()
        self.there = there
        self.back = back
        self.error = error

    def forward(self, x: Tensor) -> Tensor:
        """(B, stages * features, H, W) to (B, features, ...) at the size that `there` goes to."""
        x = self.entry(x)
        projected = self.there(x)
        corrected: Tensor = projected + self.error(self.back(projected) - x)
        return corrected


class DBPN(nn.Module):
    """`stages` up-projections with down-projections between, each seeing all of the other kind before it (Sec. 3.4).

    All HR feature maps together become the image; nothing is interpolated. The defaults are the paper's D-DBPN, T = 7.
    Scales: whole numbers from 2 (the paper's are 2, 4 and 8), each trained on its own. Raises `UsageError` for others.
    """

    def __init__(self, scale: float, *, stages: int = 7, features: int = 64, shallow: int = 256) -> None:
        super().__init__()
        stride = whole(scale, "D-DBPN")

        def rise(seen: int) -> Projection:
            there, back, error = (layer(features, stride, SLOPE) for layer in (up, down, up))
            return Projection(features, seen, there=there, back=back, error=error)

        def fall(seen: int) -> Projection:
            there, back, error = (layer(features, stride, SLOPE) for layer in (down, up, down))
            return Projection(features, seen, there=there, back=back, error=error)

        self.head = nn.Sequential(same(3, shallow, 3, SLOPE), same(shallow, features, 1, SLOPE))
        self.ups = nn.ModuleList(rise(max(index, 1)) for index in range(stages))
        self.downs = nn.ModuleList(fall(index) for index in range(1, stages))
        self.tail = PerScale({scale: he_normal(conv(stages * features, 3))})

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises `UsageError` for a scale that the network was not built for.
        """
        low = self.head(lr)
        highs = [self.ups[0](low)]
        lows = []
        for fall, rise in zip(self.downs, self.ups[1:], strict=True):
            lows.append(fall(torch.cat(highs, dim=1)))
            highs.append(rise(torch.cat(lows, dim=1)))
        sr: Tensor = self.tail(torch.cat(highs, dim=1), scale)
        return sr
