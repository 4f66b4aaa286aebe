"""Building blocks of CARN and PCARN: two residual blocks and the cascade that connects them.

Equation and figure numbers refer to the PCARN paper (Ahn et al., arXiv:1903.02240), which restates CARN (ECCV 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable


class ResidualBlock(nn.Module):
    """Residual block of two 3x3 convolutions with a ReLU after the sum (Fig. 2a).

    Maps (B, features, h, w) to the same shape.
    """

    def __init__(self, features: int, groups: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1, groups=groups)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``ReLU(x + conv2(ReLU(conv1(x))))``."""
        return torch.relu(x + self.conv2(torch.relu(self.conv1(x))))


class EResidualBlock(ResidualBlock):
    """Efficient residual block: 3x3 group convolutions followed by a pointwise convolution (Sec. 3.3, Fig. 4a).

    Its cost is 1 / groups + 1 / 18 of a standard block's (Eq. 10).
    """

    def __init__(self, features: int, groups: int = 1) -> None:
        super().__init__(features, groups)
        self.pointwise = nn.Conv2d(features, features, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``ReLU(x + pointwise(ReLU(conv2(ReLU(conv1(x))))))``."""
        return torch.relu(x + self.pointwise(torch.relu(self.conv2(torch.relu(self.conv1(x))))))


class Cascade(nn.Module):
    """Chain of units, each followed by a 1x1 fusion of the chain's input and all unit outputs so far.

    With residual blocks as units this is the local cascading block (Eqs. 1 and 2), with cascading blocks the global
    cascade (Eq. 3). Eq. 2 reads as if the fused features were concatenated; the authors' checkpoint was trained with
    the unit outputs concatenated, as implemented here. Maps (B, features, h, w) to the same shape.

    Args:
        unit: Factory of a unit.
        length: Number of units in the chain.
        features: Channels of every feature map.
        recursive: Share one unit's weights across all `length` steps (Sec. 3.3, Fig. 4b).
        cascading: Fuse the outputs; without it the units form a plain chain (Table 1).
        activated: Put a ReLU behind each fusion, as in CARN; PCARN removed it (Sec. 3.1).
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
        fused_maps = range(2, length + 2) if cascading else ()  # the chain's input and the outputs so far
        self.fusions = nn.ModuleList(nn.Conv2d(count * features, features, 1) for count in fused_maps)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the last fusion, or of the last unit without cascading."""
        gathered = [x]
        for index in range(self.length):
            x = self.units[index % len(self.units)](x)
            if self.fusions:
                gathered.append(x)
                x = self.fusions[index](torch.cat(gathered, dim=1))
                x = torch.relu(x) if self.activated else x
        return x
