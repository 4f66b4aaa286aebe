"""Iterative square root of covariance matrices; it uses only products, so it is fast and differentiable on a GPU."""

from __future__ import annotations

import torch
from torch import Tensor

STEPS = 5
"""Number of steps of the iteration (SAN Sec. 3.3)."""
SMALLEST_TRACE = 1e-12
"""Lower bound on the trace; below it all features are constant, and the root is practically zero."""


def covariance(x: Tensor) -> Tensor:
    """Compute the (B, C, C) covariance of the channels of (B, C, H, W) over the pixels (SAN Sec. 3.3)."""
    centred = x.flatten(2) - x.flatten(2).mean(2, keepdim=True)
    return centred @ centred.mT / centred.shape[2]


def square_root(matrix: Tensor, steps: int = STEPS) -> Tensor:
    """Compute the root of (..., C, C) positive semi-definite matrices by `steps` Newton-Schulz iterations.

    The iteration converges for a norm below 1, so the matrix is divided by its trace first, and the root is rescaled
    afterwards (SAN Sec. 3.3). With few steps the roots of small eigenvalues are underestimated.
    """
    trace = matrix.diagonal(dim1=-2, dim2=-1).sum(-1)[..., None, None].clamp_min(SMALLEST_TRACE)
    identity = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
    root, inverse = matrix / trace, identity
    for _ in range(steps):
        correction = (3 * identity - inverse @ root) / 2
        root, inverse = root @ correction, correction @ inverse
    return root * trace.sqrt()
