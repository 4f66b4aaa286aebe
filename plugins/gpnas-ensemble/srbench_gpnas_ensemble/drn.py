"""The dense residual network (DRN) of Sec. 4.1 and Fig. 1.

Design choices that the paper leaves open are arguments; see the README.
"""

from __future__ import annotations

import torch
from srbench_classics.layers import ChannelAttention, Residual, conv
from torch import Tensor, nn

from srbench import PerScale, PixelShuffleUpsampler, UsageError

FIRST_TWO = (0, 1)
"""Stages at which the inter-block skips end: the paper says "the two stages", but its chosen network has three."""


class DenseResidualBlock(nn.Module):
    """A dense residual block: L stages of double convolutions, a fusion of all their outputs, and channel attention.

    The input of a stage is the output of the previous stage. The outputs of all stages are concatenated and squeezed,
    F * L -> F. The block skip (BSC) spans the whole block.

    Args:
        features: number of channels F.
        stages: number of stages L.
        inter: stages, counted from 0, to whose inputs the inter-block skips (IBSC) add the input of the previous block.
            Numbers of L or more are ignored, so that one setting serves every L.
        reduction: channel reduction of the attention.
        squeeze_kernel: kernel size of the squeezing convolution.
        residual_stages: whether each stage has a skip of its own.
    """

    def __init__(
        self,
        features: int,
        stages: int,
        *,
        inter: tuple[int, ...] = FIRST_TWO,
        reduction: int = 16,
        squeeze_kernel: int = 1,
        residual_stages: bool = False,
    ) -> None:
        super().__init__()
        self.inter = frozenset(inter)
        self.stages = nn.ModuleList(_stage(features, residual=residual_stages) for _ in range(stages))
        self.squeeze = conv(features * stages, features, squeeze_kernel)
        self.attention = ChannelAttention(features, reduction)

    def forward(self, x: Tensor, earlier: Tensor | None = None) -> Tensor:
        """Return the block's output, (B, F, H, W) like `x`; `earlier` is the input of the previous block, if any."""
        outputs: list[Tensor] = []
        for number, stage in enumerate(self.stages):
            into = outputs[-1] if outputs else x
            if earlier is not None and number in self.inter:
                into = into + earlier
            outputs.append(stage(into))
        squeezed: Tensor = self.attention(self.squeeze(torch.cat(outputs, dim=1)))
        return x + squeezed


class DRN(nn.Module):
    """The dense residual network: a convolution to F features, D blocks of L stages, and an upsampler to RGB.

    The defaults are DRN*, which the paper's search chose (Sec. 5.1).

    Args:
        scale: the scale; 3 or a power of two.
        features: number of channels F.
        blocks: number of blocks D.
        stages: number of stages L of each block.
        inter: stages at which the inter-block skips end, see `DenseResidualBlock`.
        reduction: channel reduction of the attention.
        squeeze_kernel: kernel size of the squeezing convolutions.
        residual_stages: whether each stage has a skip of its own.
        long_skip: whether the shallow features are added to the deep ones.
        upsampler_activation: whether a ReLU precedes each pixel shuffle.

    Raises:
        UsageError: if a size is below 1, or if `reduction` leaves the attention no channel.
    """

    def __init__(
        self,
        scale: float,
        *,
        features: int = 128,
        blocks: int = 18,
        stages: int = 3,
        inter: tuple[int, ...] = FIRST_TWO,
        reduction: int = 16,
        squeeze_kernel: int = 1,
        residual_stages: bool = False,
        long_skip: bool = False,
        upsampler_activation: bool = False,
    ) -> None:
        super().__init__()
        if min(features // reduction, blocks, stages) < 1:
            raise UsageError(
                f"DRN with {features} features, {blocks} blocks of {stages} stages, reduction {reduction}: "
                "a value is too small; use 1 or more for each, and at least as many features as the reduction"
            )
        self.long_skip = long_skip
        self.head = conv(3, features)
        self.body = nn.ModuleList(
            DenseResidualBlock(
                features,
                stages,
                inter=inter,
                reduction=reduction,
                squeeze_kernel=squeeze_kernel,
                residual_stages=residual_stages,
            )
            for _ in range(blocks)
        )
        upsampler = PixelShuffleUpsampler(features, scale, activation=upsampler_activation)
        self.upsample = PerScale({scale: upsampler})
        self.tail = conv(features, 3)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Upscale `lr` (B, 3, h, w), RGB in [0, 1], to (B, 3, h * scale, w * scale), not clipped.

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        shallow = deep = self.head(lr)
        earlier: Tensor | None = None
        for block in self.body:
            deep, earlier = block(deep, earlier), deep
        if self.long_skip:
            deep = deep + shallow
        sr: Tensor = self.tail(self.upsample(deep, scale))
        return sr


def _stage(features: int, *, residual: bool) -> nn.Sequential:
    """Return two 3x3 convolutions, with a skip around them or a ReLU behind them."""
    layers = (conv(features, features), nn.ReLU(inplace=True), conv(features, features))
    # The ReLU behind the second convolution keeps it from merging with the first convolution of the next stage.
    return Residual(*layers) if residual else nn.Sequential(*layers, nn.ReLU())
