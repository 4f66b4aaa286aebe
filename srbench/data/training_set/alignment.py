"""Alignment of LR and HR of a pair, measured by their correlation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from srbench.errors import DataError
from srbench.imaging.resize import imresize

if TYPE_CHECKING:
    from numpy.typing import NDArray


def correlation(lr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> float:
    """Return the normalised cross-correlation of two images, in [-1, 1].

    The mean of each channel is subtracted, and the products are summed over all channels. A larger HR image is
    downscaled to the size of LR first, so that detail which LR can't hold does not matter. If both images have no
    contrast, the correlation is 1; if only one of them has none, it is 0.

    Args:
        lr: LR image, (h, w) or (h, w, 3).
        hr: HR image, (H, W) or (H, W, 3).

    Raises:
        DataError: if the images differ in their channels.
    """
    if lr.shape[2:] != hr.shape[2:]:
        raise DataError(f"correlation of images of shape {lr.shape} and {hr.shape}: use two grey or two RGB images")
    if hr.shape != lr.shape:
        hr = imresize(hr, lr.shape[0] / hr.shape[0], size=(lr.shape[0], lr.shape[1])).astype(np.uint8, copy=False)
    one, other = (_centred(image) for image in (lr, hr))
    norms = np.linalg.norm(one), np.linalg.norm(other)
    if not all(norms):
        return float(not any(norms))
    return max(-1.0, min(1.0, float(np.vdot(one, other) / math.prod(norms))))


def _centred(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = image - image.mean(axis=(0, 1), dtype=np.float64)
    return centred
