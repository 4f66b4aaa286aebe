"""What a step of training sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Batch:
    """Patches at one scale: `lr` (B, 3, p, p) and `hr` (B, 3, H, H), H = round(p * scale), float32 RGB in [0, 1]."""

    lr: Tensor
    hr: Tensor
    scale: float
    names: tuple[str, ...]
    """The image that each patch is from."""
