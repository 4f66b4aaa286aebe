"""Interpolation by MATLAB's ``imresize``, the baseline in the first row of most papers' tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from srbench import imresize

if TYPE_CHECKING:
    from srbench import ResizeKernel, ResizeMode


class Interpolation(nn.Module):
    """Upscaling by an interpolation kernel, in the `resize` mode that created the LR image.

    The module has no parameters and passes no gradient. In the uint8 modes the LR image is converted to uint8 and the
    result is uint8 / 255, rounded after each pass as in MATLAB; in ``matlab-double`` nothing is rounded or clipped.
    """

    def __init__(self, kernel: ResizeKernel = "bicubic", resize: ResizeMode = "matlab-uint8") -> None:
        super().__init__()
        self.kernel = kernel
        self.resize = resize

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, C, h, w) in [0, 1], any C, to (B, C, round(h * scale), round(w * scale)), for any real scale >= 1."""
        height, width = lr.shape[-2:]
        size = (round(height * scale), round(width * scale))
        images = lr.detach().double().mul(255).permute(0, 2, 3, 1).cpu().numpy()
        if self.resize != "matlab-double":
            images = np.rint(images).clip(0, 255).astype(np.uint8)
        upscaled = np.stack(
            [imresize(image, scale, mode=self.resize, kernel=self.kernel, size=size) for image in images]
        )
        return torch.from_numpy(upscaled).permute(0, 3, 1, 2).double().div(255).to(lr)
