"""How well LR and HR of a pair lie on each other, and which pairs of a training set don't."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from srbench.errors import DataError
from srbench.imaging.resize import imresize

if TYPE_CHECKING:
    from numpy.typing import NDArray


def correlation(lr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> float:
    """The normalised cross-correlation of two images, in [-1, 1]: (h, w) or (h, w, 3) against (H, W) or (H, W, 3).

    Each channel's mean is taken off, and the sum of products is over all channels. HR that is larger is made as small
    as LR first, so that detail which LR can't have counts for nothing. Of two images without any contrast it is 1, of
    one 0. Raises `DataError` for images of different channels.
    """
    if lr.shape[2:] != hr.shape[2:]:
        raise DataError(f"correlation of images of shape {lr.shape} and {hr.shape}: both are grey, or both RGB")
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
