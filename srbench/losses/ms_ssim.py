"""Multi-scale structural similarity (MS-SSIM) as a loss.

Implemented here because pytorch-msssim, which computes the metric, rejects patches below 161 pixels even when fewer
levels are requested. With five levels the two implementations agree (tested).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d

from srbench.errors import UsageError

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Weights of the levels, finest first (Wang, Simoncelli and Bovik 2003, section 3.2); as printed, their sum is 1.0001.
"""
WINDOW, SIGMA = 11, 1.5
"""Side and standard deviation of the Gaussian window, in pixels (Wang et al. 2004, section III.C)."""
C1, C2 = 0.01**2, 0.03**2
"""Constants that stabilise the ratios, (K1 L)^2 and (K2 L)^2 with L = 1 (Wang et al. 2004, Eq. 8 and 12)."""
MIN_SIMILARITY = 1e-6
"""Lower bound on the similarity of a level.

It can be negative for dissimilar patches, and fractional powers have no finite gradient at or below 0.
"""


class MsSsim(nn.Module):
    """1 - MS-SSIM of SR and HR with L = 1, averaged over the batch and the channels.

    1 to 5 `levels` need patches of at least 11, 22, 44, 88 and 176 pixels a side. With fewer than five, for small
    patches, the weights of the levels used are rescaled to sum to 1. As in the metric, the sides are cropped at the
    bottom and right to multiples of 2^(levels - 1).

    Raises:
        UsageError: if `levels` is not 1 to 5.
    """

    window: Tensor
    weights: Tensor

    def __init__(self, levels: int = 5) -> None:
        super().__init__()
        if not 1 <= levels <= len(WEIGHTS):
            raise UsageError(f"ms-ssim: levels is {levels}; choose 1 to {len(WEIGHTS)}")
        offsets = torch.arange(WINDOW) - WINDOW // 2
        gaussian = torch.exp(-(offsets**2) / (2 * SIGMA**2))
        self.register_buffer("window", gaussian / gaussian.sum(), persistent=False)
        scale = 1.0 if levels == len(WEIGHTS) else 1 / sum(WEIGHTS[:levels])
        self.register_buffer("weights", torch.tensor(WEIGHTS[:levels]) * scale, persistent=False)
        self.multiple = 2 ** (levels - 1)

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"ms-ssim": scalar in [0, 1]}``.

        Raises:
            UsageError: if the HR patches are too small for the number of levels.
        """
        height, width = batch.hr.shape[-2:]
        if min(height, width) < WINDOW * self.multiple:
            possible = [n for n in range(1, 6) if min(height, width) >= WINDOW * 2 ** (n - 1)]
            remedy = f"set levels={possible[-1]}" if possible else f"use HR patches of at least {WINDOW} x {WINDOW}"
            raise UsageError(
                f"ms-ssim: HR patches of {width} x {height} are too small for {len(self.weights)} levels; {remedy}"
            )
        cropped = ..., slice(height // self.multiple * self.multiple), slice(width // self.multiple * self.multiple)
        with torch.autocast(batch.hr.device.type, enabled=False):  # variances are differences of nearly equal values
            similarity = self._similarity(prediction.sr.float()[cropped], batch.hr[cropped])
        return {"ms-ssim": 1 - similarity.mean()}

    def _similarity(self, sr: Tensor, hr: Tensor) -> Tensor:
        """Return the (B, C) product over the levels of contrast and structure, with luminance at the coarsest level."""
        product = torch.ones(sr.shape[:2], device=sr.device)
        for level, weight in enumerate(self.weights):
            if level:
                sr, hr = avg_pool2d(sr, 2), avg_pool2d(hr, 2)
            luminance, structure = self._level(sr, hr)
            similarity = luminance * structure if level == len(self.weights) - 1 else structure
            product = product * similarity.mean(dim=(-2, -1)).clamp(min=MIN_SIMILARITY) ** weight
        return product

    def _level(self, sr: Tensor, hr: Tensor) -> tuple[Tensor, Tensor]:
        """Return luminance, and contrast times structure, at every pixel (Wang et al. 2004, Eq. 6 and 13)."""
        mean_sr, mean_hr = self._blur(sr), self._blur(hr)
        variances = self._blur(sr * sr) - mean_sr**2 + self._blur(hr * hr) - mean_hr**2
        covariance = self._blur(sr * hr) - mean_sr * mean_hr
        luminance = (2 * mean_sr * mean_hr + C1) / (mean_sr**2 + mean_hr**2 + C1)
        return luminance, (2 * covariance + C2) / (variances + C2)

    def _blur(self, image: Tensor) -> Tensor:
        """Return the Gaussian-weighted local means of each channel, (B, C, H - 10, W - 10)."""
        channels = image.shape[1]  # a grouped convolution is seven times as fast on the CPU as one channel at a time
        window = self.window.expand(channels, 1, 1, -1)
        return conv2d(conv2d(image, window.mT, groups=channels), window, groups=channels)
