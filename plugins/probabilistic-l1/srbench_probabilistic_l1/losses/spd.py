"""Symmetric positive definite 2x2 matrices ((a, b), (b, c)), and their distances on the Riemannian manifold.

The closed forms have a finite slope where both eigenvalues are equal, as in flat parts of an image.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

NEARLY_ROUND = 1e-3
"""Squared eccentricity below which ``atanh(r) / r`` is computed by its series, with an error of 1e-13."""


class Spd(NamedTuple):
    """SPD matrices by their three distinct elements, tensors of one shape; both eigenvalues are at least `floor`."""

    a: Tensor
    b: Tensor
    c: Tensor
    floor: float


def log_euclidean_squared(first: Spd, second: Spd) -> Tensor:
    """Return the squared Frobenius norm of ``log(first) - log(second)`` (Arsigny et al. 2006)."""
    a, b, c = (first - second for first, second in zip(_log(first), _log(second), strict=True))
    return a.square() + 2 * b.square() + c.square()


def affine_invariant_squared(first: Spd, second: Spd) -> Tensor:
    """Return the squared geodesic distance, ``|log(first^-1/2 second first^-1/2)|^2`` (Pennec et al. 2006).

    The logarithms of the two generalised eigenvalues are ``mean +- atanh(r)``, which make ``2 (mean^2 + atanh(r)^2)``.
    """
    mean = 0.5 * (_determinant(second) / _determinant(first)).log()
    # Half of trace(first^-1 second), in units of the geometric mean of both eigenvalues: cosh of atanh(r).
    half_trace = 0.5 * (first.c * second.a + first.a * second.c - 2 * first.b * second.b) / _determinant(first)
    excess = (half_trace * (-mean).exp()).square() - 1
    return 2 * (mean.square() + _acosh_squared(excess))


def _log(matrix: Spd) -> tuple[Tensor, Tensor, Tensor]:
    """Return the elements of the logarithm of M: ``log(det M) / 2 I + atanh(r) / r (M / m - I)``.

    The eigenvalues of M are ``m (1 +- r)``, so m is half of its trace.
    """
    mean, half = (matrix.a + matrix.c) / 2, (matrix.a - matrix.c) / 2
    slope = _atanh_over((half.square() + matrix.b.square()) / mean.square(), matrix.floor / mean) / mean
    middle = 0.5 * _determinant(matrix).log()
    return middle + slope * half, slope * matrix.b, middle - slope * half


def _determinant(matrix: Spd) -> Tensor:
    """Return the determinant, clamped to at least ``floor^2``, below which rounding could bring it."""
    return (matrix.a * matrix.c - matrix.b.square()).clamp(min=matrix.floor**2)


def _atanh_over(square: Tensor, room: Tensor) -> Tensor:
    """Return ``atanh(r) / r`` for `square` = r^2, where ``1 - r`` is at least `room`."""
    series = 1 + square / 3 + square.square() / 5 + square**3 / 7
    root = torch.where(square > NEARLY_ROUND, square, NEARLY_ROUND).sqrt()
    quotient = (1 + root) / torch.maximum(1 - root, room.clamp(max=0.5))
    return torch.where(square > NEARLY_ROUND, 0.5 * quotient.log() / root, series)


def _acosh_squared(excess: Tensor) -> Tensor:
    """Return ``acosh(x)^2`` for `excess` = ``x^2 - 1 >= 0``; it equals ``asinh(sqrt(excess))^2``."""
    excess = excess.clamp(min=0)
    series = excess - excess.square() / 3 + 8 * excess**3 / 45
    root = torch.where(excess > NEARLY_ROUND, excess, NEARLY_ROUND).sqrt()
    return torch.where(excess > NEARLY_ROUND, torch.asinh(root).square(), series)
