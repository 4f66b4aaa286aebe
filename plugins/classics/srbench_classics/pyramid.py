"""The Laplacian pyramid (Burt and Adelson 1983) as LP-KPN uses it: three levels, the binomial filter, zero borders."""

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
    """(B, 1, H, W), sides divisible by 4, to what each level has beyond the coarser one: H, H / 2, H / 4 high.

    The last is the coarsest image itself. `collapse` is the inverse.
    """
    gaussian = [image]
    while len(gaussian) < LEVELS:
        gaussian.append(_shrink(gaussian[-1]))
    return [*(fine - _enlarge(coarse) for fine, coarse in pairwise(gaussian)), gaussian[-1]]


def collapse(levels: Sequence[Tensor]) -> Tensor:
    """The image of which `levels` are the pyramid, finest first."""
    *finer, image = levels
    for level in reversed(finer):
        image = level + _enlarge(image)
    return image


def _shrink(image: Tensor) -> Tensor:
    return F.conv2d(image, _filter(image), stride=2, padding=2)


def _enlarge(image: Tensor) -> Tensor:
    # of the pixels between zeros a quarter count: the filter is scaled to keep a flat image's level
    return F.conv_transpose2d(image, 4 * _filter(image), stride=2, padding=2, output_padding=1)


def _filter(image: Tensor) -> Tensor:
    taps = torch.tensor(BINOMIAL, dtype=image.dtype, device=image.device) / sum(BINOMIAL)
    return torch.outer(taps, taps)[None, None]
