"""RGB <-> BT.601 studio-range YCbCr on tensors, for networks that work on luma."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

MATRIX = ((65.481, 128.553, 24.966), (-37.797, -74.203, 112.0), (112.0, -93.786, -18.214))
OFFSET = (16.0, 128.0, 128.0)
"""Offset of the conversion of ITU-R BT.601, ``YCbCr = MATRIX @ RGB + OFFSET``, from RGB in [0, 1].

YCbCr is in levels of 8 bits: Y in 16..235, Cb and Cr in 16..240 around 128.
"""


def rgb_to_ycbcr(rgb: Tensor) -> Tensor:
    """Convert (B, 3, H, W) RGB in [0, 1] to YCbCr: Y in [16, 235] / 255, Cb and Cr in [16, 240] / 255."""
    matrix = torch.tensor(MATRIX, dtype=torch.float64) / 255
    offset = torch.tensor(OFFSET, dtype=torch.float64) / 255
    return _mix(matrix.to(rgb), rgb) + offset.to(rgb).view(3, 1, 1)


def ycbcr_to_rgb(ycbcr: Tensor) -> Tensor:
    """Invert `rgb_to_ycbcr`, without clipping: not every YCbCr triple is an RGB colour in [0, 1]."""
    matrix = torch.linalg.inv(torch.tensor(MATRIX, dtype=torch.float64) / 255)
    offset = torch.tensor(OFFSET, dtype=torch.float64) / 255
    return _mix(matrix.to(ycbcr), ycbcr - offset.to(ycbcr).view(3, 1, 1))


def grey_with_luma(y: Tensor) -> Tensor:
    """Return the grey RGB image whose BT.601 luma is `y`, (B, C, H, W) in [0, 1].

    Luma outside [16, 235] / 255 gives grey levels outside [0, 1], which `rgb_to_ycbcr` converts back.
    """
    return (y * 255 - 16) / 219


def _mix(matrix: Tensor, image: Tensor) -> Tensor:
    return torch.einsum("ij,bjhw->bihw", matrix, image)
