"""Multi-scale structural similarity (Wang, Simoncelli, Bovik 2003), computed by pytorch-msssim.

For images whose sides are multiples of 16, pytorch-msssim differs from the authors' code by 8e-7 and needs only
PyTorch; torchmetrics differs by 3e-5 to 8e-5 and piq not at all, but both take over ten seconds to import. If a
level of the pyramid has an odd side, pytorch-msssim and piq average zeros into the next level, which changes the result
by up to 0.003, so odd sides are avoided here (see `ms_ssim`).
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
"""Number of times that the image is halved: once fewer than the five levels."""
MULTIPLE = 2**HALVINGS
"""Number of pixels that divides the sides at full size, so that no level has an odd side."""
SMALLEST = 11 * MULTIPLE
"""Minimum height and width in pixels, so that the 11 x 11 window fits into the coarsest of the five levels."""


def ms_ssim(sample: Sample) -> float:
    """Compute the MS-SSIM of SR against HR on the protocol's channels, in [0, 1]; 1 for equal images.

    It uses five levels with the authors' weights, L = 255 and the same window as SSIM; on RGB it is the mean over the
    channels. Up to 15 rows at the bottom and columns at the right are cropped, so that both sides are multiples of 16.

    Raises:
        Unavailable: if the image is smaller after border cropping than 176 x 176.
    """
    height, width = sample.pair[0].shape[:2]
    if min(height, width) < SMALLEST:
        raise Unavailable(
            f"MS-SSIM of {sample.name}: {width} x {height} pixels after border cropping; needs {SMALLEST} x {SMALLEST}"
        )
    sr, hr = (_tensor(image) for image in sample.pair)
    cropped = ..., slice(height // MULTIPLE * MULTIPLE), slice(width // MULTIPLE * MULTIPLE)
    return float(pytorch_msssim.ms_ssim(sr[cropped], hr[cropped], data_range=255))


def _tensor(image: NDArray[np.float64]) -> torch.Tensor:
    """Convert an (H, W) or (H, W, C) image to a (1, C, H, W) tensor."""
    return torch.from_numpy(image).reshape(*image.shape[:2], -1).movedim(-1, 0)[None]
