"""The generator: ESRGAN's RRDBNet (Wang et al. 2018, Sec. 3.1), and the report's shallower CNN (Sec. 3.1).

The report leaves open the scaling of residuals, a skip around the trunk, and the place of the LeakyReLU in its last
block. ESRGAN, which it follows, and the code that its author released agree on all three: residuals times 0.2, a skip
from the first convolution to the last one of the trunk, LeakyReLU between the last two convolutions. Features and
growth are 64 and 32 in both.
"""

from __future__ import annotations

from typing import Final, Literal

import torch
from srbench_classics.layers import Residual, conv
from torch import Tensor, nn

from srbench import PerScale, UsageError, shuffle_stages
from srbench_esrgan_gan.rrdb_size import CONVOLUTIONS, DENSE_BLOCKS

COLOURS = 3
SLOPE = 0.2
"""Negative slope of LeakyReLU."""
Start = float | Literal["nearest"]
"""Initialisation of an `RRDBNet` (its argument `start`)."""
NEAREST: Final = "nearest"
SMALL = 0.1
"""Factor of the initial weights of ESRGAN's trunk, from its code; the paper (Sec. 3.1) names no number."""


class DenseBlock(nn.Module):
    """A dense block: five 3x3 convolutions, each fed with the block's input and all previous outputs (Fig. 1).

    The first four give `growth` channels and are followed by LeakyReLU; the last one gives `features` channels without
    activation. Input and output are (B, features, h, w); the skip around the block is not included.
    """

    def __init__(self, features: int, growth: int, slope: float = SLOPE) -> None:
        super().__init__()
        widths = [*[growth] * (CONVOLUTIONS - 1), features]
        self.convs = nn.ModuleList(conv(features + index * growth, width) for index, width in enumerate(widths))
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the last convolution, (B, features, h, w)."""
        *inner, last = self.convs
        for layer in inner:
            x = torch.cat([x, nn.functional.leaky_relu(layer(x), self.slope)], dim=1)
        result: Tensor = last(x)
        return result


def rrdb(features: int, growth: int, residual_scale: float, slope: float = SLOPE) -> Residual:
    """Return an RRDB: three dense blocks with a skip around each and one around all (Fig. 2).

    Args:
        features: channels of input and output.
        growth: channels of each inner convolution.
        residual_scale: factor of every residual.
        slope: negative slope of LeakyReLU.
    """
    dense = (Residual(DenseBlock(features, growth, slope), weight=residual_scale) for _ in range(DENSE_BLOCKS))
    return Residual(*dense, weight=residual_scale)


class RRDBNet(nn.Module):
    """ESRGAN's generator: a convolution, a trunk of RRDBs, upsampling stages and two convolutions.

    The trunk ends with a convolution; each doubling is nearest x2, a convolution and LeakyReLU. All kernels are 3x3.
    ``blocks=23`` is ESRGAN's network at x4; 2, 10 and 15 are the report's.

    Args:
        scale: the scale; 3 or a power of two.
        blocks: number of RRDBs.
        features: channels of the trunk.
        growth: channels by which dense blocks grow.
        residual_scale: factor of every residual.
        long_skip: whether the output of the first convolution is added to the trunk's.
        final_activation: whether LeakyReLU stands between the last two convolutions.
        slope: negative slope of LeakyReLU.
        start: initialisation. None is PyTorch's. A number draws weights as He et al. 2015, times that number, with zero
            biases (ESRGAN, Sec. 3.1: smaller initialisation; 0.1 in its code). ``nearest`` lets three features carry
            RGB through, so that SR starts close to the nearest-neighbour enlargement, on which a short training would
            otherwise spend half of its steps; ESRGAN's 0.1 then applies to the trunk alone.

    Raises:
        UsageError: if `scale` is neither 3 nor a power of two, or if `start` is ``nearest`` without the long skip.
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
                raise UsageError(
                    f"start {NEAREST!r} needs the long skip, which carries RGB past the trunk; set long_skip=True"
                )
            self._start_as_nearest(slope)
        elif start is not None:
            _draw(self, start, slope)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Upscale `lr` (B, 3, h, w), RGB in [0, 1], to SR (B, 3, h * scale, w * scale), not clipped.

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        sr: Tensor = self.exit(self.upsample(self.trunk(self.entry(lr)), scale))
        return sr

    def _start_as_nearest(self, slope: float) -> None:
        """Initialise three features to carry RGB from LR to SR.

        RGB is not negative, so LeakyReLU does not change it.
        """
        _draw(self.trunk, SMALL, slope)
        for layer in (self.entry, *self.upsample.modules(), *self.exit):
            if isinstance(layer, nn.Conv2d):
                _draw(layer, 1, slope)
                middle = layer.kernel_size[0] // 2
                layer.weight.data[:COLOURS] = 0
                layer.weight.data[range(COLOURS), range(COLOURS), middle, middle] = 1


def _draw(network: nn.Module, start: float, slope: float) -> None:
    """Draw the weights of every convolution as He et al. 2015, times `start`, and zero the biases."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, a=slope)
            module.weight.data.mul_(start)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
