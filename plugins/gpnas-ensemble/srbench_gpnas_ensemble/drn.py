"""The dense residual network (DRN) of Sec. 4.1 and Fig. 1. What the text leaves open is an argument; see the README."""

from __future__ import annotations

import torch
from srbench_classics.layers import ChannelAttention, Residual, conv
from torch import Tensor, nn

from srbench.errors import UsageError
from srbench.nn.upsample import PerScale, PixelShuffleUpsampler

FIRST_TWO = (0, 1)
"""Where the two inter-block skips end: the text says "the two stages", where the chosen network has three."""


class DenseResidualBlock(nn.Module):
    """L `stages` of double convolutions, all of whose outputs are concatenated and squeezed F * L -> F; attention.

    A stage's input is the output of the stage before. The block skip (BSC) goes around the whole; the inter-block skips
    (IBSC) add the input of the block before to the inputs of the stages numbered in `inter`, counted from 0; numbers
    that the block hasn't got are left out, so that one setting serves every L.
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
        """(B, F, H, W) in, the same out; `earlier` is the input of the block before, None in the first block."""
        outputs: list[Tensor] = []
        for number, stage in enumerate(self.stages):
            into = outputs[-1] if outputs else x
            if earlier is not None and number in self.inter:
                into = into + earlier
            outputs.append(stage(into))
        squeezed: Tensor = self.attention(self.squeeze(torch.cat(outputs, dim=1)))
        return x + squeezed


class DRN(nn.Module):
    """A convolution to F `features`, D `blocks` of L `stages` each, and an upsampler back to RGB.

    The defaults are DRN*, which the paper's search chose (Sec. 5.1). `long_skip` adds the shallow features to the deep
    ones; `upsampler_activation` puts a ReLU before each pixel shuffle. Scales: 3 and the powers of two.
    Raises `UsageError` for sizes below 1, and where `reduction` leaves the attention no channel.
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
                f"DRN with {features} features, {blocks} blocks of {stages} stages, reduction {reduction}: each is 1 "
                "or more, and there are at least as many features as the reduction"
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
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale); not clipped.

        Raises `UsageError` for a scale that the network was not built for.
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
    layers = (conv(features, features), nn.ReLU(inplace=True), conv(features, features))
    # A ReLU after the second one too: two convolutions in a row would else be one at every seam between stages.
    return Residual(*layers) if residual else nn.Sequential(*layers, nn.ReLU())
