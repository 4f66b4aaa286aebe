"""Conversion and checks of the batches of images that metrics on tensors compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def in_double(images: Tensor, channels: int | None = None) -> Tensor:
    """Return (B, C, H, W) images in float64, without gradients; float64 images are not copied.

    Args:
        images: Levels in [0, 255], of any type.
        channels: Number of channels that they must have; None: any.

    Raises:
        ValueError: if they have another number of dimensions or channels.
    """
    if images.ndim != 4 or channels not in {None, images.shape[1]}:
        raise ValueError(f"images of shape {tuple(images.shape)}; give (B, {channels or 'C'}, H, W)")
    return images.detach().double()


def pair_in_double(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return two batches of images as `in_double` does.

    Raises:
        ValueError: if they don't have four dimensions, or differ in shape (PyTorch would repeat the smaller one).
    """
    if a.shape != b.shape:
        raise ValueError(f"images of shapes {tuple(a.shape)} and {tuple(b.shape)}; give equal ones")
    return in_double(a), in_double(b)
