"""A pass of `imresize` over uint8 levels, rounded half up: in float32 or by OpenCV's filter if that is exact.

At a scale such as 4 or 1/3 every interpolation weight is a multiple of some 1/D, and so is every result. A result that
is not a tie (k + 1/2) is at least 1/(2 D) away from a tie, and sums in float32 are rounded correctly if their error is
under 1/(4 D). At other scales (2.37) the sums are in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

Border = Literal["symmetric", "replicate"]

HALF_UP = 0.5 + 1e-9
"""Offset added before truncation, which rounds half up.

Ties are common (up to one pixel in fifty at scale 1/2), and a sum may miss a tie by a rounding error that differs
between processors; in the files that MATLAB wrote every tie is rounded up.
"""

BLOCK = 1024
"""Number of columns of a uint8 image resized at once, so that their floating-point copy fits into the cache."""
BORDERS = {"symmetric": cv2.BORDER_REFLECT, "replicate": cv2.BORDER_REPLICATE}
SIMPLE = 64
"""Largest denominator of a scale as a fraction; other scales are summed in float64."""
PROBE = 48
"""Number of random columns that show whether OpenCV's filter is exact here."""


@dataclass(frozen=True, eq=False)
class LevelPass:
    """Resizing along the first dimension, (n_in, ...) uint8 to (n_out, ...) uint8."""

    matrix: csr_array
    """Weights, (n_out, n_in), in the type of the sums."""
    unit: float
    """1/D; 0: unknown, and the sums are in float64."""
    phases: NDArray[np.float32] | None = None
    """Weights at a whole scale s, (s, 9): row p makes output s i + p of the inputs i - 4 to i + 4; None: no filter."""
    border: Border = "symmetric"

    def __call__(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the resized image, rounded half up and clipped, in new memory."""
        flat = image.reshape(len(image), -1)
        result = self._multiplied(flat) if self.phases is None else self._filtered(flat, self.phases)
        return result.reshape(-1, *image.shape[1:])

    def _multiplied(self, flat: NDArray[np.uint8]) -> NDArray[np.uint8]:
        result = np.empty((self.matrix.shape[0], flat.shape[1]), np.uint8)
        offset = self.matrix.dtype.type(0.5 + self.unit / 4 if self.unit else HALF_UP)
        for start in range(0, flat.shape[1], BLOCK):
            block = slice(start, start + BLOCK)
            values: NDArray[Any] = self.matrix @ flat[:, block].astype(self.matrix.dtype)
            values += offset
            # The assignment truncates, which is floor for the clipped, non-negative values.
            result[:, block] = np.clip(values, 0, 255, out=values)
        return result

    def _filtered(self, flat: NDArray[np.uint8], phases: NDArray[np.float32]) -> NDArray[np.uint8]:
        scale, taps = phases.shape
        centre = taps // 2
        result = np.empty((len(flat) * scale, flat.shape[1]), np.uint8)
        for phase, row in enumerate(phases):
            used = [*np.flatnonzero(row), centre]
            first, last = min(used), max(used)
            cv2.filter2D(
                flat,
                cv2.CV_8U,
                row[first : last + 1, None],
                result[phase::scale],
                anchor=(0, int(centre - first)),
                delta=self.unit / 4,  # it rounds half to even
                borderType=BORDERS[self.border],
            )
        return result


def level_pass(
    matrix: csr_array, scale: float, *, phases: NDArray[np.float64] | None = None, border: Border = "symmetric"
) -> LevelPass:
    """Return the fastest pass that is exact.

    Args:
        matrix: Weights, (n_out, n_in) float64.
        scale: Output size divided by input size.
        phases: The same weights as those of a filter (`LevelPass.phases`), if the scale is whole.
        border: Extension of the image beyond its border.
    """
    in_double = LevelPass(matrix, 0.0)
    unit = _unit(matrix.data, scale)
    if not unit or _error(matrix, unit) >= unit / 4:
        return in_double
    in_single = LevelPass(matrix.astype(np.float32), unit)
    if phases is None:
        return in_single
    filtering = LevelPass(in_single.matrix, unit, phases.astype(np.float32), border)
    # OpenCV does not promise to add in float32 on every processor, so its result on random columns is compared.
    probe = np.random.default_rng(0).integers(0, 256, (matrix.shape[1], PROBE), np.uint8)
    probe[:, ::3] = np.where(probe[:, ::3] < 128, 0, 255)
    return filtering if np.array_equal(filtering(probe), in_double(probe)) else in_single


def _unit(weights: NDArray[np.float64], scale: float) -> float:
    """Return the largest number of which all weights are multiples; 0 if none is found.

    A kernel is made of cubic polynomials in halves, at arguments that are multiples of 1/(2 m), m being the numerator
    of a scale above 1, or the denominator of one below, which also divides by 1/scale.
    """
    simple = Fraction(scale).limit_denominator(SIMPLE)
    if abs(float(simple) - scale) > 1e-12 * scale:
        return 0.0
    whole = max(simple.numerator, simple.denominator)
    parts = 16 * whole**3 * simple.denominator
    multiples = np.rint(weights * parts)
    if np.abs(weights * parts - multiples).max(initial=0) > 1e-6:
        return 0.0
    return float(np.gcd.reduce(multiples.astype(np.int64), initial=parts)) / parts


def _error(matrix: csr_array, unit: float) -> float:
    """Return a bound on the error of a sum of weighted levels in float32; 0 if all partial sums fit into 24 bits."""
    largest = 255 * float(abs(matrix).sum(axis=1).max())
    if np.log2(unit).is_integer() and largest + 1 < unit / 4 * 2**24:
        return 0.0
    return (int(np.diff(matrix.indptr).max()) + 2) * largest * 2.0**-24
