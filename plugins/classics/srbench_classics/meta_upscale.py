"""Meta-Upscale module (Hu et al., CVPR 2019, Sec. 3.2): a convolution whose kernel is predicted for each SR pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench import UsageError
from srbench_classics.layers import full_precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

KERNEL = 3
ROUNDING = 1e-9
"""Tolerance for rounding errors in ``i / scale``: at x1.1, SR row 11 projects to LR row 10, not to the end of row 9."""
MOST_NUMBERS = 2**24
"""Maximum number of elements in one piece of the largest intermediate tensor (64 MiB in float32)."""


def project(length: int, scale: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Project the ``round(length * scale)`` SR pixels of a row to LR pixels.

    SR pixel i projects to position ``i / scale`` (Eq. 4), without an offset of half a pixel.

    Returns:
        The index of the LR pixel of each SR pixel, and the offset from it, in [0, 1).

    Raises:
        UsageError: if `scale` is below 1.
    """
    if not 1 <= scale < np.inf:
        raise UsageError(f"Meta-Upscale: scale x{scale:g} is not supported; choose any finite number from 1")
    at = np.arange(round(length * scale)) / scale
    pixel = np.floor(at + ROUNDING)
    return pixel.astype(np.int64), np.maximum(at - pixel, 0)


class MetaUpscale(nn.Module):
    """Upsampler that multiplies 3x3 windows of LR features with kernels predicted for each SR pixel (Eqs. 3 to 5).

    The kernels are predicted from the pixel's offsets and 1 / scale by a network with one layer of `hidden` units. Its
    last layer is linear, so the windows can be multiplied with that layer's weights first, once per LR pixel as a
    convolution, and with the hidden units afterwards. The sum is the same as with explicit kernels, which would not fit
    into memory.
    """

    def __init__(self, features: int, *, hidden: int = 256, channels: int = 3) -> None:
        super().__init__()
        self.features = features
        self.channels = channels
        self.hidden = nn.Sequential(nn.Linear(3, hidden), nn.ReLU())
        self.kernel = nn.Linear(hidden, channels * features * KERNEL**2)

    def forward(self, x: Tensor, scale: float) -> Tensor:
        """Map (B, features, h, w) to (B, channels, round(h * scale), round(w * scale)).

        Raises:
            UsageError: if `scale` is below 1.
        """
        (rows, down), (columns, across) = (project(length, scale) for length in x.shape[-2:])
        responses = self._responses()
        width = x.shape[-1]
        x = F.pad(x, (1, 1, 1, 1)).contiguous(memory_format=torch.channels_last)
        piece = max(1, MOST_NUMBERS // (len(x) * len(responses) * len(columns)))
        parts = []
        for start in range(0, len(rows), piece):
            band = slice(start, start + piece)
            first, last = int(rows[band][0]), int(rows[band][-1])
            at = torch.from_numpy(((rows[band] - first)[:, None] * width + columns).ravel()).to(x.device)
            known = F.conv2d(x[..., first : last + KERNEL, :], responses).movedim(1, -1).flatten(1, 2)
            mixed = known.index_select(1, at).view(len(x), len(at), self.channels, -1)
            sr = mixed @ self._units(down[band], across, scale, x)
            parts.append(sr.view(len(x), -1, len(columns), self.channels))
        return torch.cat(parts, dim=1).movedim(-1, 1)

    def kernels(self, offsets: Tensor) -> Tensor:
        """Predict kernels (N, channels, features, 3, 3) from (N, 3): vertical and horizontal offset, and 1 / scale."""
        kernels: Tensor = self.kernel(self.hidden(offsets))
        return kernels.view(-1, self.channels, self.features, KERNEL, KERNEL)

    def _responses(self) -> Tensor:
        """Return the last layer as convolution kernels: for each channel, one per hidden unit and one for the bias."""
        shape = (self.channels, self.features, KERNEL, KERNEL)
        weight = self.kernel.weight.view(*shape, -1).movedim(-1, 1)
        return torch.cat([weight, self.kernel.bias.view(shape).unsqueeze(1)], dim=1).flatten(0, 1)

    def _units(self, down: NDArray[np.float64], across: NDArray[np.float64], scale: float, like: Tensor) -> Tensor:
        """Return the hidden units at each SR pixel of a band, with a 1 for the bias: (SR pixels, hidden + 1, 1)."""
        size = (len(down), len(across))
        inputs = (np.broadcast_to(down[:, None], size), np.broadcast_to(across, size), np.full(size, 1 / scale))
        with full_precision(like):  # bfloat16 is not precise enough for positions
            offsets = torch.from_numpy(np.stack(inputs, axis=-1)).to(like.device, self.kernel.weight.dtype)
            units: Tensor = self.hidden(offsets.flatten(0, 1))
        return F.pad(units, (0, 1), value=1).unsqueeze(-1)
