"""D-DBPN: Haris et al., "Deep Back-Projection Networks for Super-Resolution", CVPR 2018.

Details that the paper leaves open follow the authors' PyTorch definition.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench import PerScale
from srbench_classics.layers import conv, he_normal
from srbench_classics.projection import down, same, up, whole

SLOPE = 0.25
"""Initial slope of the PReLUs."""


class Projection(nn.Module):
    """Up- or down-projection unit ``h + error(back(h) - x)`` with ``h = there(x)`` (Sec. 3.3).

    `there` resizes the features to the other resolution, `back` resizes them back, and `error` resizes the
    back-projection error. With `stages` above 1 this is the dense projection unit, which first reduces x from
    ``stages * features`` channels by a 1x1 convolution.
    """

    def __init__(self, features: int, stages: int, *, there: nn.Module, back: nn.Module, error: nn.Module) -> None:
        super().__init__()
        self.entry = same(stages * features, features, 1, SLOPE) if stages > 1 else nn.Identity()
        self.there = there
        self.back = back
        self.error = error

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, stages * features, H, W) to (B, features, ...) at the output size of `there`."""
        x = self.entry(x)
        projected = self.there(x)
        corrected: Tensor = projected + self.error(self.back(projected) - x)
        return corrected


class DBPN(nn.Module):
    """D-DBPN: alternating up- and down-projections with dense connections (Sec. 3.4).

    The network has `stages` up-projections with down-projections between them; each unit receives the outputs of all
    preceding units of the other kind. The SR image is reconstructed from all HR feature maps, without a skip connection
    from an interpolated image. The defaults are the paper's D-DBPN with T = 7. Supported scales are whole numbers from
    2 (the paper's are 2, 4 and 8), each trained separately.

    Raises:
        UsageError: if `scale` is not a whole number from 2.
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
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        low = self.head(lr)
        highs = [self.ups[0](low)]
        lows = []
        for fall, rise in zip(self.downs, self.ups[1:], strict=True):
            lows.append(fall(torch.cat(highs, dim=1)))
            highs.append(rise(torch.cat(lows, dim=1)))
        sr: Tensor = self.tail(torch.cat(highs, dim=1), scale)
        return sr
