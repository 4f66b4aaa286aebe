"""The dual regression network of Guo et al., "Closed-Loop Matters", CVPR 2020 (their own "DRN"), Sec. 3.

The network works at the HR size and at each half of it down to the LR size, and returns an image at each of these
sizes. In training, a small dual network for each step maps the larger image back to the smaller one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from srbench_classics.layers import ChannelAttention, Residual, conv
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench import DIV2K_MEAN, MeanShift, PixelShuffleUpsampler, Prediction, UsageError, shuffle_stages

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOPE = 0.2
"""Negative slope of the LeakyReLU between the two convolutions of a downsampling step."""


class DualRegressionNetwork(nn.Module):
    """The primal network: a U-shaped network with channel-attention blocks at each level.

    The defaults are DRN-S at x4 (4.8M parameters); DRN-L has 40 blocks and 20 features.

    Args:
        scale: the scale; a power of two.
        blocks: number of blocks at each level.
        features: number of channels at the HR size.
        reduction: channel reduction of the attention.

    Raises:
        UsageError: if `scale` is not a power of two.
    """

    def __init__(self, scale: float, *, blocks: int = 30, features: int = 16, reduction: int = 16) -> None:
        super().__init__()
        steps = len(doublings(scale))
        self.scale = scale
        self.subtract_mean, self.add_mean = MeanShift(DIV2K_MEAN, sign=-1), MeanShift(DIV2K_MEAN, sign=1)
        self.head = conv(3, features)
        self.down = nn.ModuleList(
            halving(features * 2**k, features * 2**k, features * 2 ** (k + 1)) for k in range(steps)
        )
        widest = features * 2**steps
        # Concatenation with a skip doubles the input width of a step up; the first step has no skip.
        wide = [widest, *(features * 2 ** (steps - k) for k in range(steps))]
        narrow = [features * 2 ** (steps - 1 - k) for k in range(steps)]
        self.up = nn.ModuleList(
            nn.Sequential(
                *(_block(width, reduction) for _ in range(blocks)),
                PixelShuffleUpsampler(width, 2),
                conv(width, out, 1),
            )
            for width, out in zip(wide, narrow, strict=False)
        )
        self.tails = nn.ModuleList(conv(width, 3) for width in wide)

    def features(self, lr: Tensor) -> Iterator[Tensor]:
        """Yield the features of each level, from the LR size to the HR size."""
        x = self.head(self.subtract_mean(F.interpolate(lr, scale_factor=self.scale, mode="bicubic")))
        skips = []
        for down in self.down:
            skips.append(x)
            x = down(x)
        yield x
        for up, skip in zip(self.up, reversed(skips), strict=True):
            x = torch.cat((up(x), skip), dim=1)
            yield x

    def levels(self, lr: Tensor) -> list[Tensor]:
        """Return the image of each level, from (B, 3, h, w) to SR, each twice as large as the previous one."""
        return [self.add_mean(tail(x)) for tail, x in zip(self.tails, self.features(lr), strict=True)]

    def forward(self, lr: Tensor, scale: float) -> Tensor:  # noqa: ARG002 - built for one scale
        """Upscale `lr` (B, 3, h, w), RGB in [0, 1], to SR (B, 3, h * scale, w * scale), not clipped."""
        *_, deep = self.features(lr)
        sr: Tensor = self.add_mean(self.tails[-1](deep))
        return sr


class ClosedLoop(nn.Module):
    """The primal network, as submodule `network`, with the dual networks for training (Sec. 3.1, Eq. 1).

    Args:
        scale: the scale; a power of two.
        dual_features: channels between the two convolutions of each dual network.
        **kwargs: arguments of the primal `DualRegressionNetwork`.
    """

    def __init__(self, scale: float, *, dual_features: int = 16, **kwargs: int) -> None:
        super().__init__()
        self.network = DualRegressionNetwork(scale, **kwargs)
        self.dual = nn.ModuleList(halving(3, dual_features, 3) for _ in doublings(scale))

    def forward(self, lr: Tensor, scale: float) -> Prediction:  # noqa: ARG002 - built for one scale
        """Upscale `lr` (B, 3, h, w) to SR, with an image of each smaller size in `Prediction.aux`.

        ``level-k`` is the network's own image of size k (0 for the LR size, 1 for twice that); ``dual-k`` is the next
        larger image, mapped back to that size.
        """
        levels = self.network.levels(lr)
        aux = {f"level-{k}": image for k, image in enumerate(levels[:-1])}
        aux |= {f"dual-{k}": dual(image) for k, (dual, image) in enumerate(zip(self.dual, levels[1:], strict=True))}
        return Prediction(levels[-1], aux=aux)


def doublings(scale: float) -> list[int]:
    """Return the doublings that make up `scale`, such as ``[2, 2]`` for 4.

    Raises:
        UsageError: if `scale` is not a power of two above 1.
    """
    factors = shuffle_stages(scale)
    if not factors or set(factors) != {2}:
        raise UsageError(f"dual regression network: x{scale:g} is not supported; use a power of two, x2 or more")
    return factors


def halving(into: int, middle: int, out: int) -> nn.Sequential:
    """Return two convolutions without biases, (B, into, H, W) to (B, out, H / 2, W / 2), the first with stride 2.

    Args:
        into: input channels.
        middle: channels between the convolutions.
        out: output channels.
    """
    first = nn.Conv2d(into, middle, 3, stride=2, padding=1, bias=False)
    return nn.Sequential(first, nn.LeakyReLU(SLOPE, inplace=True), conv(middle, out, bias=False))


def _block(features: int, reduction: int) -> Residual:
    """Return RCAN's residual channel-attention block."""
    attention = ChannelAttention(features, reduction)
    return Residual(conv(features, features), nn.ReLU(inplace=True), conv(features, features), attention)
