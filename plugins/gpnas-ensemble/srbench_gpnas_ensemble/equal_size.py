"""Any of the plugin's networks for LR images of HR's size: it enlarges what was shuffled into a fraction of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench_classics.layers import conv
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench.loading import load

if TYPE_CHECKING:
    from srbench import Component


class EqualSize(nn.Module):
    """The network that `build` makes for x `factor`, with a head that reads `factor` ** 2 pixels at once.

    `build`, a ``"module:attribute"``, is called as ``build(scale=factor, features=features, **kwargs)``; what it makes
    has a submodule `head`, which turns RGB into `features` channels. Sides that `factor` doesn't divide are continued
    by their last pixel, and cropped in the end. The paper's networks enlarge; this is how they serve RealSR's pairs.
    """

    def __init__(self, build: str | Component, *, features: int, factor: int = 2, **kwargs: Any) -> None:
        super().__init__()
        self.factor = factor
        self.network: nn.Module = load(build)(scale=factor, features=features, **kwargs)
        self.network.head = nn.Sequential(nn.PixelUnshuffle(factor), conv(3 * factor**2, features))

    def forward(self, lr: Tensor, scale: float) -> Tensor:  # noqa: ARG002 - a ratio of focal lengths, not of sizes
        """(B, 3, H, W) RGB in [0, 1] to the same size, whatever `scale` is; not clipped."""
        height, width = lr.shape[-2:]
        padded = F.pad(lr, (0, -width % self.factor, 0, -height % self.factor), mode="replicate")
        sr: Tensor = self.network(padded, self.factor)
        return sr[..., :height, :width]
