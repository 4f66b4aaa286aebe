"""Networks that restore the luma only; the chroma is interpolated, as SRCNN, VDSR and LapSRN do."""

from __future__ import annotations

import torch
from torch import Tensor

from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb
from srbench.nn.resize import imresize


def bicubic(lr: Tensor, scale: float) -> Tensor:
    """(B, C, h, w) to (B, C, round(h * scale), round(w * scale)) by MATLAB's bicubic ``imresize``, not rounded."""
    height, width = lr.shape[-2:]
    return imresize(lr, scale, size=(round(height * scale), round(width * scale)))


def luma(rgb: Tensor) -> Tensor:
    """BT.601 Y in [16, 235] / 255, (B, 1, H, W), of RGB in [0, 1], (B, 3, H, W)."""
    return rgb_to_ycbcr(rgb)[:, :1]


def with_luma(rgb: Tensor, y: Tensor) -> Tensor:
    """`rgb`, (B, 3, H, W) in [0, 1], with `y`, (B, 1, H, W), in the place of its luma; not clipped."""
    return ycbcr_to_rgb(torch.cat([y, rgb_to_ycbcr(rgb)[:, 1:]], dim=1))
