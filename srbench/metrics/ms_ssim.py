"""Multi-scale structural similarity (Wang, Simoncelli, Bovik 2003), computed by pytorch-msssim.

Of the libraries, pytorch-msssim differs least from the authors' code at no cost: 8e-7 where the sides are multiples of
16, and PyTorch is all that it needs. torchmetrics differs by 3e-5 to 8e-5 there, and piq by nothing, but both take over
ten seconds to import. Where a level of the pyramid has an odd side, pytorch-msssim and piq average zeros into the next
level, which moves the result by up to 0.003, so such sides are avoided here (see `ms_ssim`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytorch_msssim
import torch

from srbench.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from srbench.metrics.sample import Sample

HALVINGS = 4
MULTIPLE = 2**HALVINGS
SMALLEST = 11 * MULTIPLE
"""Pixels a side: the window is 11 x 11, at the coarsest of the five levels too."""


def ms_ssim(sample: Sample) -> float:
    """MS-SSIM of SR against HR as the protocol compares them, in [0, 1]; 1 for equal images.

    Five levels with the authors' weights, L = 255, the window as in SSIM; on RGB the mean over the channels. Up to 15
    rows at the bottom and columns at the right are left out, so that height and width are multiples of 16. Raises
    `Unavailable` for an image that is smaller than 176 x 176 once its border is shaved.
    """
    height, width = sample.pair[0].shape[:2]
    if min(height, width) < SMALLEST:
        raise Unavailable(f"MS-SSIM of {sample.name}: {width} x {height} after shaving, needs {SMALLEST} x {SMALLEST}")
    sr, hr = (_tensor(image) for image in sample.pair)
    whole = ..., slice(height // MULTIPLE * MULTIPLE), slice(width // MULTIPLE * MULTIPLE)
    return float(pytorch_msssim.ms_ssim(sr[whole], hr[whole], data_range=255))


def _tensor(image: NDArray[np.float64]) -> torch.Tensor:
    """(H, W) or (H, W, C) -> (1, C, H, W)."""
    return torch.from_numpy(image).reshape(*image.shape[:2], -1).movedim(-1, 0)[None]
