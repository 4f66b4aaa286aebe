"""ENet: Sajjadi et al., "EnhanceNet: Single Image Super-Resolution Through Automated Texture Synthesis", ICCV 2017."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from srbench import MeanShift, UsageError
from srbench_classics.layers import Residual, conv

FACTOR = 4
"""The only scale of the paper."""
MEAN = (0.47614917, 0.45001204, 0.40904046)
"""Mean colour that the authors' code subtracts."""
SHARPNESS = -0.75
"""Parameter a of TensorFlow's cubic kernel (Keys 1981, Eq. 4); MATLAB's is -0.5."""


def rectified(in_channels: int, out_channels: int) -> nn.Sequential:
    """Build a 3x3 convolution followed by a ReLU."""
    return nn.Sequential(conv(in_channels, out_channels), nn.ReLU(inplace=True))


def doubled(features: int) -> nn.Sequential:
    """Build an enlargement by 2: nearest neighbour, a convolution and a ReLU (Sec. 4.1)."""
    return nn.Sequential(nn.Upsample(scale_factor=2), *rectified(features, features))


class Bicubic(nn.Module):
    """Bicubic enlargement by a whole factor as TensorFlow 1 has it, whose first pixel stays the first.

    MATLAB's and torch's lie half a pixel of LR less half a pixel of SR from it, 1.5 SR pixels at x4; the residual that
    the authors' weights predict belongs to this one.
    """

    kernel: Tensor
    """Weights of the four pixels around each of the `factor` places of an SR pixel, (factor, 4)."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor
        phases = torch.arange(factor, dtype=torch.float64) / factor
        weights = cubic((phases[:, None] - torch.arange(-1.0, 3)).abs())
        self.register_buffer("kernel", weights.float(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, h, w) to (B, C, h * factor, w * factor)."""
        return self._rows(self._rows(x).transpose(2, 3)).transpose(2, 3)

    def _rows(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        planes = pad(x.reshape(batch * channels, 1, height, width), (0, 0, 1, 2), mode="replicate")
        rows = torch.stack([planes[:, 0, i : i + height] for i in range(self.kernel.shape[1])])
        return torch.einsum("pk,knhw->nhpw", self.kernel.to(x.dtype), rows).reshape(batch, channels, -1, width)


def cubic(distance: Tensor) -> Tensor:
    """Return the weight of a pixel at each `distance`, 0 to 2 pixels."""
    a, x = SHARPNESS, distance
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return torch.where(x <= 1, near, far)


class ENet(nn.Module):
    """ENet: residual blocks at LR size, two doublings and two convolutions predict the residual of the bicubic image.

    See Sec. 4.1 and Tab. 1. The blocks have no batch normalisation and no ReLU behind their sum; these, the mean colour
    that is subtracted and the kind of bicubic follow the authors' code.

    Raises:
        UsageError: if `scale` is not 4.
    """

    def __init__(self, scale: float, *, blocks: int = 10, features: int = 64) -> None:
        super().__init__()
        if scale != FACTOR:
            raise UsageError(f"ENet: scale x{scale:g} is not supported; choose x4")
        self.subtract_mean = MeanShift(MEAN, sign=-1)
        self.head = rectified(3, features)
        self.body = nn.Sequential(
            *(Residual(*rectified(features, features), conv(features, features)) for _ in range(blocks))
        )
        self.upsample = nn.Sequential(doubled(features), doubled(features))
        self.tail = nn.Sequential(*rectified(features, features), conv(features, 3))
        self.bicubic = Bicubic(FACTOR)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * 4, w * 4).

        Raises:
            UsageError: if `scale` is not 4.
        """
        if scale != FACTOR:
            raise UsageError(f"this network was built for x4, not for x{scale:g}; choose a scale it supports")
        residual: Tensor = self.tail(self.upsample(self.body(self.head(self.subtract_mean(lr)))))
        enlarged: Tensor = self.bicubic(lr)
        return enlarged + residual
