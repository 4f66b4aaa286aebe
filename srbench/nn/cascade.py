"""What CARN and PCARN are made of: two residual blocks and the cascade that connects them.

Equations and figures are those of PCARN's paper (Ahn et al., arXiv:1903.02240), which recalls CARN (ECCV 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a skip, ReLU after the sum (Fig. 2a): (B, features, h, w) in, the same out."""

    def __init__(self, features: int, groups: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1, groups=groups)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """ReLU(x + conv2(ReLU(conv1(x))))."""
        return torch.relu(x + self.conv2(torch.relu(self.conv1(x))))


class EResidualBlock(ResidualBlock):
    """The efficient residual block: 3x3 group convolutions, then a pointwise one (Sec. 3.3, Fig. 4a).

    It costs 1 / groups + 1 / 18 of a standard block (Eq. 10).
    """

    def __init__(self, features: int, groups: int = 1) -> None:
        super().__init__(features, groups)
        self.pointwise = nn.Conv2d(features, features, 1)

    def forward(self, x: Tensor) -> Tensor:
        """ReLU(x + pointwise(ReLU(conv2(ReLU(conv1(x))))))."""
        return torch.relu(x + self.pointwise(torch.relu(self.conv2(torch.relu(self.conv1(x))))))


class Cascade(nn.Module):
    """A chain of `length` units, each followed by a 1x1 fusion of all unit outputs so far and the chain's input.

    Over residual blocks this is the local cascading block (Eqs. 1 and 2), over cascading blocks the global cascade
    (Eq. 3). Eq. 2 reads as if the fused features were gathered; the authors' checkpoint was trained with the units'
    own outputs gathered, as here. `recursive` uses one unit `length` times (Sec. 3.3, Fig. 4b); without `cascading`
    there are no fusions and the chain is a plain one (Table 1). `activated` puts a ReLU behind each fusion: CARN has
    it, PCARN took it out (Sec. 3.1). (B, features, h, w) in, the same out.
    """

    def __init__(
        self,
        unit: Callable[[], nn.Module],
        length: int,
        features: int,
        *,
        recursive: bool = False,
        cascading: bool = True,
        activated: bool = False,
    ) -> None:
        super().__init__()
        self.length = length
        self.activated = activated
        self.units = nn.ModuleList(unit() for _ in range(1 if recursive else length))
        gathered = range(2, length + 2) if cascading else ()
        self.fusions = nn.ModuleList(nn.Conv2d(count * features, features, 1) for count in gathered)

    def forward(self, x: Tensor) -> Tensor:
        """The last fusion's output (without cascading: the last unit's)."""
        gathered = [x]
        for index in range(self.length):
            x = self.units[index % len(self.units)](x)
            if self.fusions:
                gathered.append(x)
                x = self.fusions[index](torch.cat(gathered, dim=1))
                x = torch.relu(x) if self.activated else x
        return x
