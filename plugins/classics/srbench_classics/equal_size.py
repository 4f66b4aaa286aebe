"""Common structure of networks for LR images of HR's size, which work on the luma at a quarter of its resolution."""

from __future__ import annotations

from torch import Tensor, nn

from srbench import pad_to_multiple
from srbench_classics.luma import luma, with_luma

FACTOR = 4
"""Factor by which pixel-unshuffling reduces the luma's height and width, as in RealSR's networks."""


class EqualSizeNetwork(nn.Module):
    """Network ``tail(f + body(f), y)`` with ``f = head(unshuffle(y))`` for the luma y; the chroma is not changed.

    `head` takes (B, 16, H / 4, W / 4), `body` keeps the shape of the output of `head`, and `tail` computes the restored
    luma (B, 1, H, W) from the features and y. Sides that are not divisible by 4 are padded with their last pixel, and
    the output is cropped.
    """

    def __init__(self, *, head: nn.Module, body: nn.Module, tail: nn.Module) -> None:
        super().__init__()
        self.shuffle = nn.PixelUnshuffle(FACTOR)
        self.head = head
        self.body = body
        self.tail = tail

    def forward(self, lr: Tensor, scale: float) -> Tensor:  # noqa: ARG002 - a ratio of focal lengths, not of sizes
        """Restore (B, 3, H, W) RGB in [0, 1] at the same size, whatever `scale` is, without clipping."""
        y, crop = pad_to_multiple(luma(lr), FACTOR)
        shallow = self.head(self.shuffle(y))
        deep = shallow + self.body(shallow)
        return with_luma(lr, crop(self.tail(deep, y)))


class Synthesis(nn.Module):
    """Tail that computes the luma's pixels from the features alone."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, features: Tensor, _y: Tensor) -> Tensor:
        """Map (B, C, H / 4, W / 4) to (B, 1, H, W)."""
        restored: Tensor = self.layers(features)
        return restored
