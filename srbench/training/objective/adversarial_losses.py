"""What a discriminator and the network that it judges minimise, from logits alone.

Logits are a tensor of any shape, one a patch or one a place, or a list of those from a discriminator that looks at
several scales: each scale's loss is the mean over its own logits, and the scales add up (pcarn, Eq. 6). "Real" are the
logits of HR patches, "fake" those of SR patches. All losses are float32 scalars >= 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from srbench.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def levels(logits: Any) -> list[Tensor]:
    """What a discriminator returned, as a list in float32; raises `PluginError` where it holds no logits."""
    several = list(logits) if isinstance(logits, list | tuple) else [logits]
    if not several or not all(isinstance(one, torch.Tensor) for one in several):
        raise PluginError(
            f"an adversary returned {type(logits).__name__}: return logits, a tensor or a list of tensors"
        )
    return [one.float() for one in several]


def adversary_bce(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """The discriminator's -log D(HR) - log(1 - D(SR)) (Goodfellow et al. 2014, Eq. 1)."""
    return _sum([_real(one) + _fake(other) for one, other in zip(real, fake, strict=True)])


def network_bce(fake: Sequence[Tensor]) -> Tensor:
    """The network's -log D(SR): the form that doesn't saturate (Goodfellow et al. 2014, section 3)."""
    return _sum([_real(one) for one in fake])


def adversary_relativistic(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """The discriminator's loss in ESRGAN: each side against the other's mean (Wang et al. 2018, Eq. 1).

    The sum of both expectations, as printed; some implementations halve it.
    """
    return adversary_bce(*relative(real, fake))


def network_relativistic(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """The network's loss in ESRGAN: the discriminator's with the sides exchanged (Wang et al. 2018, Eq. 2)."""
    fake_side, real_side = relative(fake, real)
    return adversary_bce(fake_side, real_side)


def relative(real: Sequence[Tensor], fake: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Logits of the relativistic average discriminator, C(x) minus the other side's mean of C, level by level."""
    pairs = list(zip(real, fake, strict=True))
    return [one - other.mean() for one, other in pairs], [other - one.mean() for one, other in pairs]


def accuracy(real: Sequence[Tensor], fake: Sequence[Tensor]) -> dict[str, Tensor]:
    """Shares, in [0, 1], of real and of fake logits on their own side of zero: the mean over levels.

    Both near 1 for long: the discriminator has won, and the network learns little from it.
    """
    shares = {"accuracy_real": [one > 0 for one in real], "accuracy_fake": [one < 0 for one in fake]}
    return {name: torch.stack([one.float().mean() for one in right]).mean().detach() for name, right in shares.items()}


def _real(logits: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def _fake(logits: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def _sum(losses: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(losses)).sum()
