"""MATLAB's ``imresize``, to the bit: the interpolation that made the LR images of nearly every paper.

Separable convolution with Keys' cubic (1981, a = -0.5), a triangle or a box. When shrinking, the kernel is stretched by
1/scale against aliasing (not the box) and its weights are normalised. Rows come first, then columns.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args

import cv2
import numpy as np
from scipy.sparse import csr_array

from srbench.errors import DataError, UnknownName, UsageError
from srbench.specs.protocol import ResizeMode

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kernel = Literal["bicubic", "bilinear", "nearest"]
Border = Literal["symmetric", "replicate"]

SUPPORT: dict[Kernel, int] = {"bicubic": 4, "bilinear": 2, "nearest": 1}
"""Width of each kernel, in pixels of the image that is read."""

HALF_UP = 0.5 + 1e-9
"""Added before cutting off. Ties are common (up to one pixel in fifty at 1/2), and a sum may miss its tie by a rounding
error that differs between processors; the files that MATLAB made have every tie rounded up."""

BLOCK = 256
"""Columns of a uint8 image resized at once: their float64 copy stays in the processor's cache."""


def imresize(
    image: NDArray[Any],
    scale: float,
    *,
    mode: ResizeMode = "matlab-uint8",
    kernel: Kernel = "bicubic",
    size: tuple[int, int] | None = None,
) -> NDArray[Any]:
    """`image`, (H, W) or (H, W, C), resized by `scale` as MATLAB's ``imresize(image, scale, kernel)`` does it.

    `mode` is ``matlab-uint8`` (symmetric border; rounded half up and clipped to uint8 after either pass),
    ``matlab-uint8-replicate`` (the same with the replicated border of older MATLAB) or ``matlab-double`` (symmetric
    border, float64 throughout; a uint8 image is rounded once, at the end). The result is uint8 for a uint8 image, else
    float64 (not clipped); it measures `output_size(H, scale)` by `output_size(W, scale)`, or `size` = (height, width).

    Raises `DataError` for an image of another shape or type, and for a float image in a uint8 mode; `UsageError` for a
    scale or size that isn't positive and for unknown modes and kernels.
    """
    if mode not in get_args(ResizeMode):
        raise UnknownName("resize mode", mode, get_args(ResizeMode))
    if image.ndim not in {2, 3} or not (image.dtype == np.uint8 or np.issubdtype(image.dtype, np.floating)):
        raise DataError(
            f"imresize: {image.dtype} image of shape {image.shape}; needs uint8 or float, (H, W) or (H, W, C)"
        )
    if mode != "matlab-double" and image.dtype != np.uint8:
        raise DataError(f"imresize: {mode} rounds to uint8 but the image is {image.dtype}; matlab-double takes floats")
    height, width = size or (output_size(image.shape[0], scale), output_size(image.shape[1], scale))
    border: Border = "replicate" if mode == "matlab-uint8-replicate" else "symmetric"
    rows = weights(image.shape[0], height, scale, kernel, border)
    columns = weights(image.shape[1], width, scale, kernel, border)
    turned = _resize_rows(rows, image, quantise=mode != "matlab-double")
    return _resize_rows(columns, turned, quantise=image.dtype == np.uint8)


def output_size(size: int, scale: float) -> int:
    """Pixels that `size` pixels become: ``ceil(size * scale)``.

    A product that misses a whole number by no more than rounding error counts as that number, as 1/s is rarely exact:
    46 pixels shrunk by s = 2.3 are 20, not 21. Raises `UsageError` for a scale that isn't positive.
    """
    if not 0 < scale < math.inf:
        raise UsageError(f"can't resize by {scale:g}: a scale is a positive number")
    return math.ceil(size * scale - 1e-9)


@lru_cache(maxsize=256)
def weights(n_in: int, n_out: int, scale: float, kernel: Kernel, border: Border) -> csr_array:
    """The (n_out, n_in) float64 matrix that resizes one dimension; every row sums to 1. Shared: do not write to it.

    Pixel i (from 0) of the output lies at (i + 0.5) / scale - 0.5 of the input, whatever `n_out` is.
    """
    if kernel not in SUPPORT:
        raise UnknownName("resize kernel", kernel, SUPPORT)
    if not (0 < scale < math.inf and n_in > 0 and n_out > 0):
        raise UsageError(f"can't resize {n_in} pixels by {scale:g} to {n_out}; all three must be positive")
    stretch = 1.0 if kernel == "nearest" else max(1.0, 1.0 / scale)
    support = SUPPORT[kernel] * stretch
    taps = math.ceil(support) + 2
    # MATLAB counts from 1; the same formula in the same order gives the same last bits.
    centre = np.arange(1, n_out + 1) / scale + 0.5 * (1 - 1 / scale)
    reads = np.floor(centre - support / 2)[:, None] + np.arange(taps)
    values = _response(kernel, (centre[:, None] - reads) / stretch)
    values /= values.sum(axis=1, keepdims=True)
    index = _inside(reads.astype(np.int64) - 1, n_in, border)
    matrix = csr_array((values.ravel(), index.ravel(), np.arange(0, values.size + 1, taps)), shape=(n_out, n_in))
    matrix.eliminate_zeros()
    return matrix


def _response(kernel: Kernel, x: NDArray[np.float64]) -> NDArray[np.float64]:
    if kernel == "nearest":
        return ((x >= -0.5) & (x < 0.5)).astype(np.float64)
    x = np.abs(x)
    if kernel == "bilinear":
        return np.maximum(1 - x, 0)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0))


def _inside(index: NDArray[np.int64], n: int, border: Border) -> NDArray[np.int64]:
    """Indices beyond the border, brought back: repeated edge pixel, or mirrored with the edge pixel doubled."""
    if border == "replicate":
        return np.clip(index, 0, n - 1)
    index = index % (2 * n)
    return np.minimum(index, 2 * n - 1 - index)


def _resize_rows(matrix: csr_array, image: NDArray[Any], *, quantise: bool) -> NDArray[Any]:
    """`matrix` applied along the first dimension of `image`, then both dimensions swapped, ready for the other one.

    The result is float64, or uint8: rounded half up and clipped.
    """
    flat = image.reshape(len(image), -1)
    if not quantise:
        return _transpose((matrix @ flat.astype(np.float64, copy=False)).reshape(-1, *image.shape[1:]))
    result = np.empty((matrix.shape[0], flat.shape[1]), np.uint8)
    for start in range(0, flat.shape[1], BLOCK):
        block = slice(start, start + BLOCK)
        values: NDArray[np.float64] = matrix @ flat[:, block].astype(np.float64)
        # Once clipped, the assignment's cutting off is floor.
        result[:, block] = np.clip(values + HALF_UP, 0, 255)
    return _transpose(result.reshape(-1, *image.shape[1:]))


def _transpose(image: NDArray[Any]) -> NDArray[Any]:
    """(H, W) or (H, W, C) -> (W, H) or (W, H, C), contiguous."""
    if image.shape[2:] == (3,):
        return cv2.transpose(image)  # ten times faster than NumPy with three channels; not made for any number of them
    return np.ascontiguousarray(image.swapaxes(0, 1))
