"""Adversarial losses of a network and its discriminator, computed from logits.

Logits are a tensor of any shape, with one value per patch or per position, or a list of such tensors from a
discriminator that works at several scales. The loss of a scale is the mean over its logits, and the losses of the
scales are added (pcarn, Eq. 6). "Real" are the logits of HR patches, "fake" those of SR patches. All losses are float32
scalars >= 0.
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
    """Return the output of a discriminator as a list of float32 tensors, one per scale.

    Raises:
        PluginError: if the output is not a tensor or a non-empty list of tensors.
    """
    scales = list(logits) if isinstance(logits, list | tuple) else [logits]
    if not scales or not all(isinstance(level, torch.Tensor) for level in scales):
        raise PluginError(
            f"an adversary returned {type(logits).__name__}: return logits, a tensor or a list of tensors"
        )
    return [level.float() for level in scales]


def adversary_bce(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Return the discriminator's loss, -log D(HR) - log(1 - D(SR)) (Goodfellow et al. 2014, Eq. 1)."""
    return _sum([_real(hr) + _fake(sr) for hr, sr in zip(real, fake, strict=True)])


def network_bce(fake: Sequence[Tensor]) -> Tensor:
    """Return the network's non-saturating loss, -log D(SR) (Goodfellow et al. 2014, section 3)."""
    return _sum([_real(level) for level in fake])


def adversary_relativistic(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Return the discriminator's loss of ESRGAN: each side relative to the other's mean (Wang et al. 2018, Eq. 1).

    The two expectations are added, as printed; some implementations halve the sum.
    """
    return adversary_bce(*relative(real, fake))


def network_relativistic(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Return the network's loss of ESRGAN: the discriminator's with the sides exchanged (Wang et al. 2018, Eq. 2)."""
    fake_side, real_side = relative(fake, real)
    return adversary_bce(fake_side, real_side)


def relative(real: Sequence[Tensor], fake: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Return the logits of the relativistic average discriminator: C(x) minus the other side's mean of C, per scale."""
    pairs = list(zip(real, fake, strict=True))
    return [hr - sr.mean() for hr, sr in pairs], [sr - hr.mean() for hr, sr in pairs]


def accuracy(real: Sequence[Tensor], fake: Sequence[Tensor]) -> dict[str, Tensor]:
    """Return the shares, in [0, 1], of correctly classified real and fake logits (their signs), as means over scales.

    If both stay near 1, the discriminator has won, and the network learns little from it.
    """
    correct = {"accuracy_real": [level > 0 for level in real], "accuracy_fake": [level < 0 for level in fake]}
    return {
        name: torch.stack([level.float().mean() for level in per_scale]).mean().detach()
        for name, per_scale in correct.items()
    }


def _real(logits: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def _fake(logits: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(logits, torch.zeros_like(logits))


def _sum(losses: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(losses)).sum()
