"""The random variable z of the reparameterisation y = mu + sigma * z (Sec. 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import torch

from srbench import UsageError

if TYPE_CHECKING:
    from torch import Tensor

Distribution = Literal["gaussian", "laplace"]


def draw(like: Tensor, distribution: Distribution) -> Tensor:
    """Draw z with the shape, device and dtype of `like` from torch's global generator.

    ``gaussian`` is N(0, 1). ``laplace`` is the standard Laplace distribution (mean 0, scale 1), drawn by the formula in
    the footnote to Eq. 4, -sgn(u) ln(1 - 2|u|). It is the inverse of the distribution function for u uniform in
    (-1/2, 1/2); the footnote says u ~ N(0, 1), with which the argument of the logarithm is negative two times in three.
    """
    if distribution == "gaussian":
        return torch.randn_like(like)
    uniform = torch.rand_like(like) - 0.5
    return -uniform.sign() * torch.log1p(-2 * uniform.abs().clamp(max=0.5 - torch.finfo(like.dtype).eps))


def check_distribution(distribution: str) -> None:
    """Check that `distribution` is one of `Distribution`.

    Raises:
        UsageError: if it is not.
    """
    if distribution not in get_args(Distribution):
        raise UsageError(f"distribution {distribution!r}: expected one of {', '.join(get_args(Distribution))}")


def check_samples(samples: int) -> None:
    """Check that `samples`, the number of draws of z in each step, is an integer of 1 or more.

    Raises:
        UsageError: if it is not.
    """
    if not isinstance(samples, int) or samples < 1:
        raise UsageError(f"samples {samples!r}: expected the number of draws of z in each step, 1 or more")
