"""Exact, differentiable version of MATLAB's ``imresize`` on tensors, for use inside networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.imaging.resize import Kernel, output_size, weights

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.imaging.levels import Border


def imresize(
    x: Tensor,
    scale: float,
    *,
    kernel: Kernel = "bicubic",
    border: Border = "symmetric",
    size: tuple[int, int] | None = None,
) -> Tensor:
    """Return `x` resized by `scale`, neither rounded nor clipped.

    The interpolation equals that of `srbench.imaging.resize.imresize` in mode ``matlab-double``, computed in the dtype
    and on the device of `x` (the meta device included). The interpolation weights are computed in float64.

    Args:
        x: (B, C, H, W) floating-point images.
        scale: Output size divided by input size.
        kernel: Interpolation kernel.
        border: Extension of the image beyond its border.
        size: (height, width) of the output; by default `output_size` of the input's height and width.

    Raises:
        UsageError: if `scale` or `size` is not positive, or `kernel` is unknown.
    """
    height, width = size or (output_size(x.shape[-2], scale), output_size(x.shape[-1], scale))
    rows = _matrix(x, x.shape[-2], height, scale, kernel, border)
    columns = _matrix(x, x.shape[-1], width, scale, kernel, border)
    return rows @ x @ columns.T


def _matrix(like: Tensor, n_in: int, n_out: int, scale: float, kernel: Kernel, border: Border) -> Tensor:
    # Dense: products with a small dense matrix are differentiable, fast and supported on every device, meta included.
    return torch.from_numpy(weights(n_in, n_out, scale, kernel, border).toarray()).to(like)
