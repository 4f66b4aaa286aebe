"""MATLAB's ``imresize`` on tensors: exact, differentiable, for use inside networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.imaging.resize import Border, Kernel, output_size, weights

if TYPE_CHECKING:
    from torch import Tensor


def imresize(
    x: Tensor,
    scale: float,
    *,
    kernel: Kernel = "bicubic",
    border: Border = "symmetric",
    size: tuple[int, int] | None = None,
) -> Tensor:
    """`x`, (B, C, H, W) floating point, resized by `scale`; neither rounded nor clipped.

    The same interpolation as `srbench.imaging.resize.imresize` in mode ``matlab-double`` (same output size, same `size`),
    in the dtype and on the device of `x`, the meta device included. Weights are computed in float64.
    Raises `UsageError` for a scale or size that isn't positive and for an unknown kernel.
    """
    height, width = size or (output_size(x.shape[-2], scale), output_size(x.shape[-1], scale))
    rows = _matrix(x, x.shape[-2], height, scale, kernel, border)
    columns = _matrix(x, x.shape[-1], width, scale, kernel, border)
    return rows @ x @ columns.T


def _matrix(like: Tensor, n_in: int, n_out: int, scale: float, kernel: Kernel, border: Border) -> Tensor:
    # Dense, because a product with a small dense matrix has a gradient, a meta version and a fast kernel everywhere.
    return torch.from_numpy(weights(n_in, n_out, scale, kernel, border).toarray()).to(like)
