"""The random variable z of the reparameterisation y = mu + sigma * z (Sec. 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import torch

from srbench.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

Distribution = Literal["gaussian", "laplace"]


def draw(like: Tensor, distribution: Distribution) -> Tensor:
    """Z of the shape, device and dtype of `like`, from torch's global generator.

    ``gaussian``: N(0, 1). ``laplace``: the standard Laplace distribution (mean 0, scale 1), as the footnote to Eq. 4
    has it: -sgn(u) ln(1 - 2|u|). That is the inverse of its distribution function for u uniform in (-1/2, 1/2); the
    footnote says u ~ N(0, 1), with which the logarithm's argument is negative two times in three.
    """
    if distribution == "gaussian":
        return torch.randn_like(like)
    uniform = torch.rand_like(like) - 0.5
    return -uniform.sign() * torch.log1p(-2 * uniform.abs().clamp(max=0.5 - torch.finfo(like.dtype).eps))


def check_distribution(distribution: str) -> None:
    """Raises `UsageError` for a name that isn't one of `Distribution`."""
    if distribution not in get_args(Distribution):
        raise UsageError(f"distribution {distribution!r}: expected one of {', '.join(get_args(Distribution))}")


def check_samples(samples: int) -> None:
    """Raises `UsageError` for what is no whole number of draws of z a step, from one."""
    if not isinstance(samples, int) or samples < 1:
        raise UsageError(f"samples {samples!r}: at least one z has to be drawn in each step")
