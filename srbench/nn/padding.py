"""Padding of images to sides that a network can divide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional as F  # noqa: N812 - torch's own name for it

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


def pad_to_multiple(image: Tensor, multiple: int) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Pad `image` to sides that are multiples of `multiple`, by repeating its last row and column.

    Args:
        image: (B, C, H, W).
        multiple: Number that divides the padded sides.

    Returns:
        The padded image (B, C, H', W'), and a function that crops the network's output for it: from (B, C, H' * scale,
        W' * scale) at any scale to (B, C, H * scale, W * scale).
    """
    height, width = image.shape[-2:]
    padded = F.pad(image, (0, -width % multiple, 0, -height % multiple), mode="replicate")
    padded_height, padded_width = padded.shape[-2:]

    def crop(result: Tensor) -> Tensor:
        rows, columns = result.shape[-2:]
        return result[..., : rows * height // padded_height, : columns * width // padded_width]

    return padded, crop
