"""The frame of networks for LR images of HR's size: on a quarter of the luma's resolution, in 16 channels."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench_classics.luma import luma, with_luma

FACTOR = 4
"""The luma is shuffled into a quarter of its height and width, as RealSR's networks do."""


class EqualSizeNetwork(nn.Module):
    """``tail(f + body(f), y)`` with ``f = head(shuffled y)``, y the luma; the chroma stays as it is.

    `head` takes (B, 16, H / 4, W / 4), `body` keeps what `head` gives, and `tail` makes the restored luma (B, 1, H, W)
    of these features and of y. Sides that 4 doesn't divide are continued by their last pixel, and cropped in the end.
    """

    def __init__(self, *, head: nn.Module, body: nn.Module, tail: nn.Module) -> None:
        super().__init__()
        self.shuffle = nn.PixelUnshuffle(FACTOR)
        self.head = head
        self.body = body
        self.tail = tail

    def forward(self, lr: Tensor, scale: float) -> Tensor:  # noqa: ARG002 - a ratio of focal lengths, not of sizes
        """(B, 3, H, W) RGB in [0, 1] to the same size, whatever `scale` is; not clipped."""
        height, width = lr.shape[-2:]
        y = F.pad(luma(lr), (0, -width % FACTOR, 0, -height % FACTOR), mode="replicate")
        shallow = self.head(self.shuffle(y))
        deep = shallow + self.body(shallow)
        restored: Tensor = self.tail(deep, y)
        return with_luma(lr, restored[..., :height, :width])


class Synthesis(nn.Module):
    """A tail that makes the luma's pixels of the features alone."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, features: Tensor, _y: Tensor) -> Tensor:
        """(B, C, H / 4, W / 4) to (B, 1, H, W)."""
        restored: Tensor = self.layers(features)
        return restored
