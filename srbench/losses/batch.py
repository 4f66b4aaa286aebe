"""Training batch: the LR and HR patches of one training step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Batch:
    """Batch of LR and HR patches at one scale.

    `lr` is (B, 3, p, p) and `hr` (B, 3, H, H) with H = round(p * scale), both float32 RGB in [0, 1].
    """

    lr: Tensor
    hr: Tensor
    scale: float
    names: tuple[str, ...]
    """Name of the image that each patch was cut from."""
