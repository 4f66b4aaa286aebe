"""The square root of covariance matrices by iteration: products only, so it is fast and differentiable on a GPU."""

from __future__ import annotations

import torch
from torch import Tensor

STEPS = 5
"""Of the iteration (SAN Sec. 3.3)."""
SMALLEST_TRACE = 1e-12
"""Below it all features are constant, and the root is as good as zero."""


def covariance(x: Tensor) -> Tensor:
    """(B, C, H, W) to (B, C, C): how the channels vary together over the pixels (SAN Sec. 3.3)."""
    centred = x.flatten(2) - x.flatten(2).mean(2, keepdim=True)
    return centred @ centred.mT / centred.shape[2]


def square_root(matrix: Tensor, steps: int = STEPS) -> Tensor:
    """The root of symmetric matrices without negative eigenvalues, (..., C, C), after `steps` of Newton and Schulz.

    The iteration converges for a norm under one, so the trace is divided out first and put back after (SAN Sec. 3.3).
    A small eigenvalue's root comes out too small until there are more steps.
    """
    trace = matrix.diagonal(dim1=-2, dim2=-1).sum(-1)[..., None, None].clamp_min(SMALLEST_TRACE)
    identity = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
    root, inverse = matrix / trace, identity
    for _ in range(steps):
        correction = (3 * identity - inverse @ root) / 2
        root, inverse = root @ correction, correction @ inverse
    return root * trace.sqrt()
