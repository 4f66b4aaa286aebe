"""Laplacian pyramid (Burt and Adelson 1983) as in LP-KPN: three levels, binomial filter, zero padding."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

if TYPE_CHECKING:
    from collections.abc import Sequence

BINOMIAL = (1, 4, 6, 4, 1)
LEVELS = 3


def decompose(image: Tensor) -> list[Tensor]:
    """Decompose a (B, 1, H, W) image with sides divisible by 4 into the levels of its pyramid, finest first.

    The levels have heights H, H / 2 and H / 4. Each is the difference from the next coarser level, enlarged; the last
    is the coarsest image. `collapse` is the inverse.
    """
    gaussian = [image]
    while len(gaussian) < LEVELS:
        gaussian.append(_shrink(gaussian[-1]))
    return [*(fine - _enlarge(coarse) for fine, coarse in pairwise(gaussian)), gaussian[-1]]


def collapse(levels: Sequence[Tensor]) -> Tensor:
    """Reconstruct the image from the levels of its pyramid, finest first."""
    *finer, image = levels
    for level in reversed(finer):
        image = level + _enlarge(image)
    return image


def _shrink(image: Tensor) -> Tensor:
    return F.conv2d(image, _filter(image), stride=2, padding=2)


def _enlarge(image: Tensor) -> Tensor:
    # Three quarters of the filtered pixels are inserted zeros; the factor 4 preserves the level of a flat image.
    return F.conv_transpose2d(image, 4 * _filter(image), stride=2, padding=2, output_padding=1)


def _filter(image: Tensor) -> Tensor:
    taps = torch.tensor(BINOMIAL, dtype=image.dtype, device=image.device) / sum(BINOMIAL)
    return torch.outer(taps, taps)[None, None]
