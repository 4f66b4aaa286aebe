"""The generator: ESRGAN's RRDBNet (Wang et al. 2018, Sec. 3.1), and the report's shallower CNN (Sec. 3.1).

The report says neither by what residuals are scaled nor whether a skip spans the trunk, and gives its last block one
LeakyReLU without its place. ESRGAN, which it follows, answers all three, and so does the code that its author
released: residuals times 0.2, a skip from the first convolution to the last of the trunk, LeakyReLU between the last
two. Features and growth are 64 and 32 there too.
"""

from __future__ import annotations

from typing import Final, Literal

import torch
from srbench_classics.layers import Residual, conv
from torch import Tensor, nn

from srbench.errors import UsageError
from srbench.nn.upsample import PerScale, shuffle_stages

COLOURS = 3
CONVOLUTIONS = 5
"""Of a dense block."""
DENSE_BLOCKS = 3
"""Of an RRDB."""
SLOPE = 0.2
"""Of LeakyReLU below zero."""
Start = float | Literal["nearest"]
NEAREST: Final = "nearest"
SMALL = 0.1


class DenseBlock(nn.Module):
    """Five 3x3 convolutions, each fed with the block's input and the outputs of all before it (Fig. 1).

    The first four give `growth` channels behind LeakyReLU, the last one `features` without. (B, features, h, w) in, the
    same out, without the skip around it.
    """

    def __init__(self, features: int, growth: int, slope: float = SLOPE) -> None:
        super().__init__()
        widths = [*[growth] * (CONVOLUTIONS - 1), features]
        self.convs = nn.ModuleList(conv(features + index * growth, width) for index, width in enumerate(widths))
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        """The last convolution's output."""
        *inner, last = self.convs
        for layer in inner:
            x = torch.cat([x, nn.functional.leaky_relu(layer(x), self.slope)], dim=1)
        result: Tensor = last(x)
        return result


def rrdb(features: int, growth: int, residual_scale: float, slope: float = SLOPE) -> Residual:
    """Three dense blocks with a skip around each and one around all (Fig. 2), residuals times `residual_scale`."""
    dense = (Residual(DenseBlock(features, growth, slope), weight=residual_scale) for _ in range(DENSE_BLOCKS))
    return Residual(*dense, weight=residual_scale)


class RRDBNet(nn.Module):
    """Convolution, `blocks` RRDBs, convolution, one [nearest x2, convolution, LeakyReLU] a doubling, two convolutions.

    All kernels are 3x3. ``blocks=23`` is ESRGAN's network at x4, 2, 10 and 15 the report's. `features` run through the
    trunk, dense blocks grow by `growth`; `long_skip` adds the first convolution's output to the trunk's;
    `final_activation` is LeakyReLU between the last two convolutions. With `start`, convolutions begin as He et al.
    2015 draw them, times `start`, biases zero (ESRGAN, Sec. 3.1: smaller initialisation; 0.1 in its code); without, as
    PyTorch draws them. With ``nearest`` three features carry RGB through, and SR starts as about the nearest-neighbour
    enlargement, which a short training else spends half of its steps on; ESRGAN's 0.1 is then the trunk's alone.
    Raises `UsageError` for a scale that is neither 3 nor a power of two, and for ``nearest`` without the long skip.
    """

    def __init__(
        self,
        scale: float = 4,
        *,
        blocks: int = 23,
        features: int = 64,
        growth: int = 32,
        residual_scale: float = 0.2,
        long_skip: bool = True,
        final_activation: bool = True,
        slope: float = SLOPE,
        start: Start | None = None,
    ) -> None:
        super().__init__()

        def stage(factor: int) -> list[nn.Module]:
            return [nn.Upsample(scale_factor=factor), conv(features, features), nn.LeakyReLU(slope, inplace=True)]

        body = [rrdb(features, growth, residual_scale, slope) for _ in range(blocks)]
        self.entry = conv(3, features)
        self.trunk = (Residual if long_skip else nn.Sequential)(*body, conv(features, features))
        stages = [layer for factor in shuffle_stages(scale) for layer in stage(factor)]
        self.upsample = PerScale({scale: nn.Sequential(*stages)})
        between = [nn.LeakyReLU(slope, inplace=True)] if final_activation else []
        self.exit = nn.Sequential(conv(features, features), *between, conv(features, 3))
        if start == NEAREST:
            if not long_skip:
                raise UsageError(f"start {NEAREST!r} needs the long skip, which carries RGB past the trunk")
            self._start_as_nearest(slope)
        elif start is not None:
            _draw(self, start, slope)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """`lr` (B, 3, h, w) RGB in [0, 1] to SR (B, 3, h * scale, w * scale), not clipped.

        Raises `UsageError` for a scale that it was not built for.
        """
        sr: Tensor = self.exit(self.upsample(self.trunk(self.entry(lr)), scale))
        return sr

    def _start_as_nearest(self, slope: float) -> None:
        """Three of the features carry RGB from LR to SR; LeakyReLU leaves it as it is, being positive."""
        _draw(self.trunk, SMALL, slope)
        for layer in (self.entry, *self.upsample.modules(), *self.exit):
            if isinstance(layer, nn.Conv2d):
                _draw(layer, 1, slope)
                middle = layer.kernel_size[0] // 2
                layer.weight.data[:COLOURS] = 0
                layer.weight.data[range(COLOURS), range(COLOURS), middle, middle] = 1


def receptive_radius(blocks: int) -> int:
    """LR pixels to each side that an SR pixel depends on, at x4.

    One for each convolution at LR, 15 of them in an RRDB; three at HR reach a pixel at x2, one there reaches two of LR.
    """
    return CONVOLUTIONS * DENSE_BLOCKS * blocks + 4


def _draw(network: nn.Module, start: float, slope: float) -> None:
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, a=slope)
            module.weight.data.mul_(start)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
