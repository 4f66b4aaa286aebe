"""Meta-Upscale (Hu et al., CVPR 2019, Sec. 3.2): a convolution whose kernel is predicted for each SR pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench.errors import UsageError
from srbench_classics.layers import full_precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

KERNEL = 3
ROUNDING = 1e-9
"""What ``i / scale`` may miss a whole number by: at x1.1, row 11 stands on row 10, not at the far end of row 9."""
MOST_NUMBERS = 2**24
"""In one piece of the largest intermediate (64 MiB in float32)."""


def project(length: int, scale: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each of ``round(length * scale)`` SR pixels in a row: the LR pixel it stands on, and how far into it.

    SR pixel i is at ``i / scale`` (Eq. 4), the first in front: no half pixels. Offsets are in [0, 1).
    Raises `UsageError` for a scale below 1.
    """
    if not 1 <= scale < np.inf:
        raise UsageError(f"Meta-Upscale has no x{scale:g}: it enlarges, by any real number from 1")
    at = np.arange(round(length * scale)) / scale
    pixel = np.floor(at + ROUNDING)
    return pixel.astype(np.int64), np.maximum(at - pixel, 0)


class MetaUpscale(nn.Module):
    """SR pixel (i, j) is a 3x3 window of LR features times a kernel that a small network predicts (Eqs. 3 to 5).

    That network sees the pixel's offsets and 1 / scale, through one layer of `hidden` units. Its last layer is linear,
    so the window may be multiplied by that layer's weights first, once for each LR pixel as a plain convolution, and by
    the hidden units after: the same sum as over predicted kernels, of which the largest would fill the memory.
    """

    def __init__(self, features: int, *, hidden: int = 256, channels: int = 3) -> None:
        super().__init__()
        self.features = features
        self.channels = channels
        self.hidden = nn.Sequential(nn.Linear(3, hidden), nn.ReLU())
        self.kernel = nn.Linear(hidden, channels * features * KERNEL**2)

    def forward(self, x: Tensor, scale: float) -> Tensor:
        """(B, features, h, w) to (B, channels, round(h * scale), round(w * scale)).

        Raises `UsageError` for a scale below 1.
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
        """(N, 3), the offsets down and across and 1 / scale, to (N, channels, features, 3, 3)."""
        kernels: Tensor = self.kernel(self.hidden(offsets))
        return kernels.view(-1, self.channels, self.features, KERNEL, KERNEL)

    def _responses(self) -> Tensor:
        """The last layer as a convolution: for each channel, what each hidden unit adds to it, and what needs none."""
        shape = (self.channels, self.features, KERNEL, KERNEL)
        weight = self.kernel.weight.view(*shape, -1).movedim(-1, 1)
        return torch.cat([weight, self.kernel.bias.view(shape).unsqueeze(1)], dim=1).flatten(0, 1)

    def _units(self, down: NDArray[np.float64], across: NDArray[np.float64], scale: float, like: Tensor) -> Tensor:
        """(SR pixels, hidden + 1, 1): the hidden units at each pixel of a band, and a one for what needs none."""
        size = (len(down), len(across))
        inputs = (np.broadcast_to(down[:, None], size), np.broadcast_to(across, size), np.full(size, 1 / scale))
        with full_precision(like):  # bfloat16 has too few digits for a position
            offsets = torch.from_numpy(np.stack(inputs, axis=-1)).to(like.device, self.kernel.weight.dtype)
            units: Tensor = self.hidden(offsets.flatten(0, 1))
        return F.pad(units, (0, 1), value=1).unsqueeze(-1)
