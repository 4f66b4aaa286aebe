"""Bit-exact version of MATLAB's ``imresize``, the interpolation behind the LR images of nearly every paper.

It is a separable convolution with Keys' cubic kernel (1981, a = -0.5), a triangle or a box. For downscaling, the cubic
and the triangle are stretched by 1/scale against aliasing, and the weights are normalised. Rows are resized first, then
columns.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args

import cv2
import numpy as np
from scipy.sparse import csr_array

from srbench.errors import DataError, UnknownName, UsageError
from srbench.imaging.levels import BLOCK, HALF_UP, LevelPass, level_pass
from srbench.specs.protocol import ResizeMode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srbench.imaging.levels import Border

Kernel = Literal["bicubic", "bilinear", "nearest"]

SUPPORT: dict[Kernel, int] = {"bicubic": 4, "bilinear": 2, "nearest": 1}
"""Width of each kernel, in pixels of the input image."""


def imresize(
    image: NDArray[Any],
    scale: float,
    *,
    mode: ResizeMode = "matlab-uint8",
    kernel: Kernel = "bicubic",
    size: tuple[int, int] | None = None,
) -> NDArray[Any]:
    """Resize `image` by `scale` as MATLAB's ``imresize(image, scale, kernel)`` does.

    Args:
        image: (H, W) or (H, W, C), uint8 or floating point.
        scale: Output size divided by input size.
        mode: ``matlab-uint8`` (symmetric border; rounded half up and clipped to uint8 after each pass),
            ``matlab-uint8-replicate`` (the same with the replicated border of older MATLAB versions) or
            ``matlab-double`` (symmetric border, float64 throughout; a uint8 image is rounded once, at the end).
        kernel: Interpolation kernel.
        size: (height, width) of the output; by default `output_size` of H and of W.

    Returns:
        The resized image: uint8 for a uint8 image, otherwise float64 (not clipped).

    Raises:
        DataError: if the image has another shape or dtype, or is floating point in a uint8 mode.
        UsageError: if `scale` or `size` is not positive, or `mode` or `kernel` is unknown.
    """
    if mode not in get_args(ResizeMode):
        raise UnknownName("resize mode", mode, get_args(ResizeMode))
    if image.ndim not in {2, 3} or not (image.dtype == np.uint8 or np.issubdtype(image.dtype, np.floating)):
        raise DataError(
            f"imresize: {image.dtype} image of shape {image.shape}; expected uint8 or float, (H, W) or (H, W, C)"
        )
    if mode != "matlab-double" and image.dtype != np.uint8:
        raise DataError(f"imresize: mode {mode} needs uint8 but the image is {image.dtype}; use matlab-double")
    height, width = size or (output_size(image.shape[0], scale), output_size(image.shape[1], scale))
    border: Border = "replicate" if mode == "matlab-uint8-replicate" else "symmetric"
    if mode == "matlab-double":
        resized = _transpose(_resize_rows(weights(image.shape[0], height, scale, kernel, border), image))
        columns = weights(image.shape[1], width, scale, kernel, border)
        if image.dtype == np.uint8:
            return _transpose(_rounded_rows(columns, resized))
        return _transpose(_resize_rows(columns, resized))
    over_rows = _level_pass(image.shape[0], height, scale, kernel, border)
    over_columns = _level_pass(image.shape[1], width, scale, kernel, border)
    return _transpose(over_columns(_transpose(over_rows(image))))


def output_size(size: int, scale: float) -> int:
    """Return the number of pixels to which `size` pixels are resized: ``ceil(size * scale)``.

    A product within rounding error of a whole number counts as that number, because 1/s is rarely exact: 46 pixels
    downscaled by s = 2.3 give 20, not 21.

    Raises:
        UsageError: if `scale` is not a positive finite number.
    """
    if not 0 < scale < math.inf:
        raise UsageError(f"imresize: scale is {scale:g}; choose a positive number")
    return math.ceil(size * scale - 1e-9)


@lru_cache(maxsize=256)
def weights(n_in: int, n_out: int, scale: float, kernel: Kernel, border: Border) -> csr_array:
    """Return the sparse matrix that resizes one dimension.

    Output pixel i (counted from 0) lies at position (i + 0.5) / scale - 0.5 of the input, whatever `n_out` is.

    Args:
        n_in: Number of input pixels.
        n_out: Number of output pixels.
        scale: Output size divided by input size.
        kernel: Interpolation kernel.
        border: Extension of the image beyond its border.

    Returns:
        An (n_out, n_in) float64 matrix whose rows sum to 1. It is cached and shared: do not write to it.

    Raises:
        UsageError: if `scale`, `n_in` or `n_out` is not positive, or `kernel` is unknown.
    """
    if kernel not in SUPPORT:
        raise UnknownName("resize kernel", kernel, SUPPORT)
    if not (0 < scale < math.inf and n_in > 0 and n_out > 0):
        raise UsageError(f"imresize: {n_in} pixels by {scale:g} to {n_out} pixels; all three must be positive")
    stretch = 1.0 if kernel == "nearest" else max(1.0, 1.0 / scale)
    support = SUPPORT[kernel] * stretch
    taps = math.ceil(support) + 2
    # MATLAB counts from 1; evaluating its formula in the same order gives bit-identical results.
    centre = np.arange(1, n_out + 1) / scale + 0.5 * (1 - 1 / scale)
    reads = np.floor(centre - support / 2)[:, None] + np.arange(taps)
    values = _response(kernel, (centre[:, None] - reads) / stretch)
    values /= values.sum(axis=1, keepdims=True)
    index = _inside(reads.astype(np.int64) - 1, n_in, border)
    matrix = csr_array((values.ravel(), index.ravel(), np.arange(0, values.size + 1, taps)), shape=(n_out, n_in))
    matrix.eliminate_zeros()
    return matrix


def _response(kernel: Kernel, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the kernel at distances `x` in input pixels."""
    if kernel == "nearest":
        return ((x >= -0.5) & (x < 0.5)).astype(np.float64)
    x = np.abs(x)
    if kernel == "bilinear":
        return np.maximum(1 - x, 0)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0))


def _inside(index: NDArray[np.int64], n: int, border: Border) -> NDArray[np.int64]:
    """Map indices beyond the border to the edge pixel, or mirror them with the edge pixel repeated."""
    if border == "replicate":
        return np.clip(index, 0, n - 1)
    index = index % (2 * n)
    return np.minimum(index, 2 * n - 1 - index)


@lru_cache(maxsize=256)
def _level_pass(n_in: int, n_out: int, scale: float, kernel: Kernel, border: Border) -> LevelPass:
    """Return the pass over one dimension of a uint8 image; arguments as for `weights`."""
    matrix = weights(n_in, n_out, scale, kernel, border)
    whole = round(scale)
    if whole != scale or n_out != n_in * whole:
        return level_pass(matrix, scale)
    around = weights(9, 9 * whole, scale, kernel, border)[4 * whole : 5 * whole]  # no border within reach
    return level_pass(matrix, scale, phases=around.toarray(), border=border)


def _resize_rows(matrix: csr_array, image: NDArray[Any]) -> NDArray[np.float64]:
    """Apply `matrix` along the first dimension of `image`."""
    flat = image.reshape(len(image), -1).astype(np.float64, copy=False)
    resized: NDArray[np.float64] = (matrix @ flat).reshape(-1, *image.shape[1:])
    return resized


def _rounded_rows(matrix: csr_array, image: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Apply `matrix` along the first dimension of `image`; the result is rounded half up and clipped."""
    flat = image.reshape(len(image), -1)
    result = np.empty((matrix.shape[0], flat.shape[1]), np.uint8)
    for start in range(0, flat.shape[1], BLOCK):
        block = slice(start, start + BLOCK)
        # The assignment truncates, which is floor for the clipped, non-negative values.
        result[:, block] = np.clip(matrix @ flat[:, block] + HALF_UP, 0, 255)
    return result.reshape(-1, *image.shape[1:])


def _transpose(image: NDArray[Any]) -> NDArray[Any]:
    """Return a contiguous transpose of the image, (W, H) or (W, H, C)."""
    if image.shape[2:] == (3,):
        return cv2.transpose(image)  # ten times faster than NumPy; OpenCV supports only few channels
    return np.ascontiguousarray(image.swapaxes(0, 1))
