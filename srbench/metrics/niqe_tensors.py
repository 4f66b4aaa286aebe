"""NIQE of images on a GPU, in float64: the steps of `srbench.metrics.niqe` on tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import torch
from torch import Tensor
from torch.nn.functional import pad

from srbench.errors import Unavailable
from srbench.imaging.resize import weights
from srbench.metrics.niqe_features import (
    BETWEEN,
    BLOCK,
    FLAT,
    MEANS,
    NEIGHBOURS,
    NO_TEXTURE,
    SHAPES,
    SIGMA,
    WIDTHS,
    WINDOW,
    whole_blocks,
)
from srbench.metrics.tensor_filter import tensor_filter
from srbench.metrics.tensor_images import in_double

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KERNEL: list[float] = cv2.getGaussianKernel(WINDOW, SIGMA).ravel().tolist()


def tensor_niqe(images: Tensor, natural_mean: NDArray[np.float64], natural_covariance: NDArray[np.float64]) -> Tensor:
    """Compute the NIQE of each image, (B,), on the device of the images, without gradients.

    Args:
        images: (B, 1, H, W) in [0, 255], of any type.
        natural_mean: Mean features of undistorted photographs, 36.
        natural_covariance: Their covariance, (36, 36).

    Raises:
        ValueError: if the images have another shape.
        Unavailable: if there is no complete block, or every block of an image is flat.
    """
    images = in_double(images, channels=1)
    height, width = whole_blocks(*images.shape[-2:])
    full = images[:, 0, :height, :width]
    rows, columns = (_matrix(side, images) for side in (height, width))
    half = rows @ full @ columns.T
    features = torch.cat([_block_features(full, BLOCK), _block_features(half, BLOCK // 2)], dim=2)
    textured = ~features.isnan().any(dim=2, keepdim=True)
    if not textured.any(dim=1).all():
        raise Unavailable(NO_TEXTURE)
    difference = _like(natural_mean, features) - features.nanmean(dim=1)
    covariance = (_like(natural_covariance, features) + _covariance(features, textured)) / 2
    inverse = torch.linalg.pinv(covariance, rtol=1e-15)  # NumPy's threshold
    squared: Tensor = (difference[:, None] @ inverse @ difference[:, :, None])[:, 0, 0]
    return squared.sqrt()


def _covariance(features: Tensor, textured: Tensor) -> Tensor:
    """Return the covariance of the textured blocks as `srbench.metrics.niqe` does, (B, 36, 36) or (B, 1, 1)."""
    if features.shape[1] == 1:
        return features.var(dim=2, keepdim=True)
    count = textured.sum(dim=1, keepdim=True)
    mean = features.where(textured, 0.0).sum(dim=1, keepdim=True) / count
    centred = (features - mean).where(textured, 0.0)
    return centred.mT @ centred / (count - 1).clamp(min=1)


def _block_features(images: Tensor, block: int) -> Tensor:
    """Return the (B, blocks, 18) features of (B, H, W) images."""
    batch, height, width = images.shape
    tiles = _normalised(images).reshape(batch, height // block, block, width // block, block).transpose(2, 3)
    blocks = tiles.reshape(-1, block, block)
    shape, left, right, _mean = _fit(blocks)
    columns = [shape, (left + right) / 2]
    for neighbour in NEIGHBOURS:
        shape, left, right, mean = _fit(blocks * blocks.roll(neighbour, dims=(1, 2)))
        columns += [shape, mean, left, right]
    return torch.stack(columns, dim=1).reshape(batch, -1, len(columns))


def _normalised(images: Tensor) -> Tensor:
    """Return (B, H, W) images normalised as by `srbench.metrics.niqe_features.normalise`."""
    half = WINDOW // 2
    padded = pad(images[:, None], (half, half, half, half), mode="replicate")[:, 0]
    mean, power = (tensor_filter(tensor_filter(x, KERNEL, 1), KERNEL, 2) for x in (padded, padded * padded))
    deviation = (power - mean * mean).abs_().sqrt_()
    difference = images - mean
    return difference.where(difference.abs() >= FLAT, 0.0) / (deviation + 1)


def _fit(blocks: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return shape, left and right width, and mean of the distribution of each block, (blocks,) each."""
    values = blocks.flatten(1)
    negative, positive = values.clamp(max=0), values.clamp(min=0)
    left_power, right_power = negative.square().sum(dim=1), positive.square().sum(dim=1)
    left = (left_power / (values < 0).sum(dim=1)).sqrt_()
    right = (right_power / (values > 0).sum(dim=1)).sqrt_()
    ratio = (positive - negative).sum(dim=1).square_() / (left_power + right_power) / values.shape[1]
    asymmetry = left / right
    ratio *= (asymmetry**3 + 1) * (asymmetry + 1) / (asymmetry**2 + 1) ** 2
    nearest = torch.searchsorted(_like(BETWEEN, values), ratio)
    nearest = nearest.where(~ratio.isnan(), 0)
    width = _like(WIDTHS, values)[nearest]
    left, right = left * width, right * width
    return _like(SHAPES, values)[nearest], left, right, (right - left) * _like(MEANS, values)[nearest]


def _matrix(side: int, like: Tensor) -> Tensor:
    """Return the (side / 2, side) matrix that halves a side as imresize does."""
    return _like(weights(side, side // 2, 0.5, "bicubic", "symmetric").toarray(), like)


def _like(array: NDArray[np.float64], like: Tensor) -> Tensor:
    return torch.from_numpy(array).to(like)
