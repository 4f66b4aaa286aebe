"""Maps of the predicted uncertainty (sigma), as images and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srbench.imaging.image_io import write_png
from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

DARKEST = 99.5
"""Percentile of sigma that is drawn black; with the maximum, a few outliers would leave the rest of the map white."""


def sigma_map(sigma: NDArray[np.float32]) -> tuple[NDArray[np.uint8], float]:
    """Return the mean of `sigma` (H, W, C) over the channels as an image (H, W) uint8, and the sigma of black.

    The image is linear, from white at 0 to black, as in Fig. 7 of probabilistic-l1.
    """
    mean = sigma.mean(axis=2, dtype=np.float64)
    black = float(np.percentile(mean, DARKEST)) or 1.0
    return np.round(255 * (1 - np.clip(mean / black, 0, 1))).astype(np.uint8), black


def write_sigma(stem: Path, sigma: Tensor) -> float:
    """Write the map to ``<stem>.png`` and sigma as float32 (H, W, C) to ``<stem>.npy``; return the sigma of black.

    `sigma` is (1, C, H, W) in units of RGB in [0, 1].
    """
    values: NDArray[np.float32] = sigma[0].permute(1, 2, 0).float().cpu().numpy()
    with atomic_write(stem.with_name(f"{stem.name}.npy")) as temporary, temporary.open("wb") as file:
        np.save(file, values)
    picture, black = sigma_map(values)
    write_png(stem.with_name(f"{stem.name}.png"), picture)
    return black
