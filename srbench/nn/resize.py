"""Exact, differentiable version of MATLAB's ``imresize`` on tensors, for use inside networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.imaging.levels import HALF_UP
from srbench.imaging.resize import Kernel, output_size, weights

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.imaging.levels import Border
    from srbench.specs.protocol import ResizeMode


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


def imresize_levels(images: Tensor, scale: float, *, mode: ResizeMode = "matlab-uint8") -> Tensor:
    """Return uint8 images resized on their device, bit for bit as `srbench.imaging.resize.imresize` does (bicubic).

    Args:
        images: (B, C, H, W) uint8.
        scale: Output size divided by input size.
        mode: Mode of imresize.

    Raises:
        UsageError: if `scale` is not positive.
        ValueError: if the images are not uint8; values in [0, 1] would be taken for levels.
    """
    if images.dtype != torch.uint8:
        raise ValueError(f"imresize_levels: images of {images.dtype}; give uint8, or use imresize")
    height, width = (output_size(side, scale) for side in images.shape[-2:])
    border: Border = "replicate" if mode == "matlab-uint8-replicate" else "symmetric"
    like = images.new_empty(0, dtype=torch.float64)
    rows = _matrix(like, images.shape[-2], height, scale, "bicubic", border)
    columns = _matrix(like, images.shape[-1], width, scale, "bicubic", border)
    return multiplied_levels(images, rows, columns, round_between=mode != "matlab-double")


def multiplied_levels(images: Tensor, rows: Tensor, columns: Tensor, *, round_between: bool) -> Tensor:
    """Return uint8 images resized by two matrix products in float64.

    The order of summation differs from that of NumPy's imresize. The difference, some 1e-13 of a grey level, is far
    smaller than the tolerance for ties in `HALF_UP`: no pixel gets another level.

    Args:
        images: (B, C, H, W) uint8.
        rows: Matrix over the rows, (height, H) float64.
        columns: Matrix over the columns, (width, W) float64.
        round_between: Whether to round and clip between the two products, as MATLAB does for uint8.
    """
    resized = rows @ images.double()
    if round_between:
        resized = _rounded(resized)
    return _rounded(resized @ columns.T).byte()


def _rounded(values: Tensor) -> Tensor:
    return values.add_(HALF_UP).clamp_(0, 255).floor_()


def _matrix(like: Tensor, n_in: int, n_out: int, scale: float, kernel: Kernel, border: Border) -> Tensor:
    """Return the interpolation weights (n_out, n_in) in the dtype and on the device of `like`."""
    # Dense: products with a small dense matrix are differentiable, fast and supported on every device, meta included.
    return torch.from_numpy(weights(n_in, n_out, scale, kernel, border).toarray()).to(like)
