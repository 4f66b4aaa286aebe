"""LR patches made from HR patches, bit for bit as `imresize` makes LR images.

There are two implementations. `by_imresize`, patch by patch, is the fastest on a CPU: a patch stays in the processor's
cache, and most weights of the matrices are zero. `by_matrices` is for GPUs, where many small operations are slow.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from srbench.imaging.resize import imresize, weights
from srbench.nn.resize import multiplied_levels

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.specs.protocol import ResizeMode


def make_online_lr(patches: Tensor, side: int, scale: float, mode: ResizeMode) -> Tensor:
    """Return square patches, downscaled, on their device.

    Args:
        patches: HR patches, (B, H, H, 3) uint8.
        side: side of the LR patches.
        scale: scale; the patches are resized by 1 / `scale`.
        mode: how to resize.

    Returns:
        LR patches, (B, side, side, 3) uint8.
    """
    by = by_imresize if patches.device.type == "cpu" else by_matrices
    return by(patches, side, scale, mode)


def by_imresize(patches: Tensor, side: int, scale: float, mode: ResizeMode) -> Tensor:
    """Do what `make_online_lr` does, in host memory."""
    resized = (imresize(patch, 1 / scale, mode=mode, size=(side, side)) for patch in patches.numpy())
    return torch.from_numpy(np.stack(list(resized)))


def by_matrices(patches: Tensor, side: int, scale: float, mode: ResizeMode) -> Tensor:
    """Do what `make_online_lr` does, on any device, as two matrix products in float64."""
    matrix = _matrix(patches.shape[1], side, scale, mode, patches.device)
    resized = multiplied_levels(patches.permute(0, 3, 1, 2), matrix, matrix, round_between=mode != "matlab-double")
    return resized.permute(0, 2, 3, 1).contiguous()


@lru_cache(maxsize=64)
def _matrix(n_in: int, n_out: int, scale: float, mode: ResizeMode, device: torch.device) -> Tensor:
    """Return the resizing matrix, (n_out, n_in) float64.

    Cached: every step of a training uses the same few matrices, one per scale.
    """
    border = "replicate" if mode == "matlab-uint8-replicate" else "symmetric"
    return torch.from_numpy(weights(n_in, n_out, 1 / scale, "bicubic", border).toarray()).to(device)
