"""LR patches made of HR patches, bit for bit as `imresize` makes LR images.

There are two ways. `by_imresize`, patch after patch, is the fastest on a CPU: one patch stays in the processor's cache,
and most weights of the matrices are zeros. `by_matrices` is for a device that dislikes many small steps.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from srbench.imaging.resize import HALF_UP, imresize, weights

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.specs.protocol import ResizeMode


def make_online_lr(patches: Tensor, side: int, scale: float, mode: ResizeMode) -> Tensor:
    """(B, side, side, 3) uint8 of square `patches`, (B, H, H, 3) uint8, resized by 1 / `scale`; on their device."""
    by = by_imresize if patches.device.type == "cpu" else by_matrices
    return by(patches, side, scale, mode)


def by_imresize(patches: Tensor, side: int, scale: float, mode: ResizeMode) -> Tensor:
    """`make_online_lr` in memory."""
    made = (imresize(patch, 1 / scale, mode=mode, size=(side, side)) for patch in patches.numpy())
    return torch.from_numpy(np.stack(list(made)))


def by_matrices(patches: Tensor, side: int, scale: float, mode: ResizeMode) -> Tensor:
    """`make_online_lr` on any device, as two matrix products in float64.

    A product adds up in an order of its own. What that changes, some 1e-13 of a grey level, is far less than the
    allowance for ties in `HALF_UP`: no pixel gets another level.
    """
    matrix = _matrix(patches.shape[1], side, scale, mode, patches.device)
    rows = matrix @ patches.permute(0, 3, 1, 2).double()
    if mode != "matlab-double":
        rows = _rounded(rows)
    return _rounded(rows @ matrix.T).byte().permute(0, 2, 3, 1).contiguous()


def _rounded(values: Tensor) -> Tensor:
    return values.add_(HALF_UP).clamp_(0, 255).floor_()


@lru_cache(maxsize=64)
def _matrix(n_in: int, n_out: int, scale: float, mode: ResizeMode, device: torch.device) -> Tensor:
    """(n_out, n_in) float64. Kept: a training needs the same few, one for each scale, again and again."""
    border = "replicate" if mode == "matlab-uint8-replicate" else "symmetric"
    return torch.from_numpy(weights(n_in, n_out, 1 / scale, "bicubic", border).toarray()).to(device)
