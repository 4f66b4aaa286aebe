"""Helpers for networks that restore only the luma and interpolate the chroma, such as SRCNN, VDSR and LapSRN."""

from __future__ import annotations

import torch
from torch import Tensor

from srbench import imresize_tensor, rgb_to_ycbcr, ycbcr_to_rgb


def bicubic(lr: Tensor, scale: float) -> Tensor:
    """Resize (B, C, h, w) to (B, C, round(h * scale), round(w * scale)) by MATLAB's bicubic, without rounding."""
    height, width = lr.shape[-2:]
    return imresize_tensor(lr, scale, size=(round(height * scale), round(width * scale)))


def luma(rgb: Tensor) -> Tensor:
    """Return the BT.601 Y in [16, 235] / 255, (B, 1, H, W), of (B, 3, H, W) RGB in [0, 1]."""
    return rgb_to_ycbcr(rgb)[:, :1]


def with_luma(rgb: Tensor, y: Tensor) -> Tensor:
    """Replace the luma of `rgb`, (B, 3, H, W) in [0, 1], by `y`, (B, 1, H, W), without clipping."""
    return ycbcr_to_rgb(torch.cat([y, rgb_to_ycbcr(rgb)[:, 1:]], dim=1))
