"""Multi-scale structural similarity as a loss.

Written out here because pytorch-msssim, which measures the metric, refuses patches under 161 pixels however few levels
it is asked for; with five levels the two are equal (tested).
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
"""Of the levels, finest first (Wang, Simoncelli and Bovik 2003, section 3.2); as printed, the sum is 1.0001."""
WINDOW, SIGMA = 11, 1.5
C1, C2 = 0.01**2, 0.03**2
UNLIKE = 1e-6
"""Least value of a level, which may be negative for unlike patches: a fractional power has no slope at or below 0."""


class MsSsim(nn.Module):
    """1 - MS-SSIM of SR and HR, L = 1, the mean over the batch and its channels.

    With fewer than five `levels`, for small patches, the first weights are scaled to the sum 1. Levels need 11, 22,
    44, 88, 176 pixels a side; what is over a multiple of 2^(levels - 1) is left out at the bottom and the right, as in
    the metric. Raises `UsageError` for other `levels`; a call raises it for smaller patches.
    """

    window: Tensor
    weights: Tensor

    def __init__(self, levels: int = 5) -> None:
        super().__init__()
        if not 1 <= levels <= len(WEIGHTS):
            raise UsageError(f"ms-ssim: levels is {levels}: it must be 1 to {len(WEIGHTS)}")
        offsets = torch.arange(WINDOW) - WINDOW // 2
        gaussian = torch.exp(-(offsets**2) / (2 * SIGMA**2))
        self.register_buffer("window", gaussian / gaussian.sum(), persistent=False)
        scale = 1.0 if levels == len(WEIGHTS) else 1 / sum(WEIGHTS[:levels])
        self.register_buffer("weights", torch.tensor(WEIGHTS[:levels]) * scale, persistent=False)
        self.multiple = 2 ** (levels - 1)

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """``{"ms-ssim": scalar in [0, 1]}``."""
        height, width = batch.hr.shape[-2:]
        if min(height, width) < WINDOW * self.multiple:
            fit = max((n for n in range(1, 6) if min(height, width) >= WINDOW * 2 ** (n - 1)), default=0)
            right = f"take levels={fit}" if fit else f"the least is {WINDOW}"
            raise UsageError(
                f"ms-ssim: HR patches of {width} x {height} are too small for {len(self.weights)} levels: {right}"
            )
        whole = ..., slice(height // self.multiple * self.multiple), slice(width // self.multiple * self.multiple)
        with torch.autocast(batch.hr.device.type, enabled=False):  # variances are differences of near values
            similarity = self._similarity(prediction.sr.float()[whole], batch.hr[whole])
        return {"ms-ssim": 1 - similarity.mean()}

    def _similarity(self, sr: Tensor, hr: Tensor) -> Tensor:
        """(B, C): the product over levels of contrast and structure, and of luminance at the last."""
        product = torch.ones(sr.shape[:2], device=sr.device)
        for level, weight in enumerate(self.weights):
            if level:
                sr, hr = avg_pool2d(sr, 2), avg_pool2d(hr, 2)
            luminance, structure = self._level(sr, hr)
            value = luminance * structure if level == len(self.weights) - 1 else structure
            product = product * value.mean(dim=(-2, -1)).clamp(min=UNLIKE) ** weight
        return product

    def _level(self, sr: Tensor, hr: Tensor) -> tuple[Tensor, Tensor]:
        """Luminance, and contrast times structure, at every pixel (Wang et al. 2004, Eq. 6 and 13)."""
        mean_sr, mean_hr = self._blur(sr), self._blur(hr)
        variances = self._blur(sr * sr) - mean_sr**2 + self._blur(hr * hr) - mean_hr**2
        covariance = self._blur(sr * hr) - mean_sr * mean_hr
        luminance = (2 * mean_sr * mean_hr + C1) / (mean_sr**2 + mean_hr**2 + C1)
        return luminance, (2 * covariance + C2) / (variances + C2)

    def _blur(self, image: Tensor) -> Tensor:
        channels = image.shape[1]  # by groups: seven times as fast on the CPU as one channel at a time
        window = self.window.expand(channels, 1, 1, -1)
        return conv2d(conv2d(image, window.mT, groups=channels), window, groups=channels)
