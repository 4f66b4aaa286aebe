"""The expectation E_z |HR - (mu + sigma z)| that Eq. 6, 7 and 8 have in common, estimated by drawing z."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench_probabilistic_l1.losses.noise import Distribution, draw

if TYPE_CHECKING:
    from torch import Tensor


def expectation(error: Tensor, sigma: Tensor | float, samples: int, distribution: Distribution) -> Tensor:
    """Return the mean of ``|error - sigma * z|`` over all elements and draws.

    Args:
        error: HR - mu, (B, C, H, W).
        sigma: a constant, or a tensor that broadcasts to `error`.
        samples: number of draws of z.
        distribution: distribution of z.
    """
    drawn = [(error - sigma * draw(error, distribution)).abs().mean() for _ in range(samples)]
    return torch.stack(drawn).mean()
