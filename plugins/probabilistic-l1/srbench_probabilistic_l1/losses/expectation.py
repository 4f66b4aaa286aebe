"""E_z |HR - (mu + sigma z)|, estimated by drawing z: what Eq. 6, 7 and 8 have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench_probabilistic_l1.losses.noise import Distribution, draw

if TYPE_CHECKING:
    from torch import Tensor


def expectation(error: Tensor, sigma: Tensor | float, samples: int, distribution: Distribution) -> Tensor:
    """Mean over all elements and `samples` draws of ``|error - sigma * z|``; `error` is HR - mu, (B, C, H, W)."""
    drawn = [(error - sigma * draw(error, distribution)).abs().mean() for _ in range(samples)]
    return torch.stack(drawn).mean()
