"""A wrapper that makes the plugin's networks accept LR images of the HR size, by pixel unshuffling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench_classics.layers import conv
from torch import Tensor, nn

from srbench import load_object, pad_to_multiple

if TYPE_CHECKING:
    from srbench import Component


class EqualSize(nn.Module):
    """A network for LR images of the HR size: it unshuffles the image by `factor` and upscales by `factor`.

    The paper's networks enlarge; this wrapper applies them to RealSR's pairs. Sides that are not a multiple of `factor`
    are padded by repeating the last pixel, and the result is cropped.

    Args:
        build: ``"module:attribute"``, called as ``build(scale=factor, features=features, **kwargs)``. The network must
            have a submodule `head` that maps RGB to `features` channels; it is replaced.
        features: output channels of the head.
        factor: the factor of unshuffling and upscaling.
        **kwargs: further arguments of `build`.
    """

    def __init__(self, build: str | Component, *, features: int, factor: int = 2, **kwargs: Any) -> None:
        super().__init__()
        self.factor = factor
        self.network: nn.Module = load_object(build)(scale=factor, features=features, **kwargs)
        self.network.head = nn.Sequential(nn.PixelUnshuffle(factor), conv(3 * factor**2, features))

    def forward(self, lr: Tensor, scale: float) -> Tensor:  # noqa: ARG002 - a ratio of focal lengths, not of sizes
        """Restore `lr` (B, 3, H, W), RGB in [0, 1], to SR of the same size whatever `scale` is, not clipped."""
        padded, crop = pad_to_multiple(lr, self.factor)
        return crop(self.network(padded, self.factor))
