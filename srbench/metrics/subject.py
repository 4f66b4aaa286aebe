"""Input of metrics of a model (params, mult-adds, runtime, memory)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn


@dataclass(frozen=True)
class Subject:
    """Model ready to run at one scale on one device.

    `model` is in eval mode on `device`. `forward` maps LR (B, C, h, w) float32 in [0, 1] to the SR tensor
    (B, C, round(h * scale), round(w * scale)). `build` creates a new, untrained copy on the current default device
    (``with torch.device("meta"): subject.build()`` needs no memory). `call` calls such a copy with LR; None: as
    ``model(lr, scale)``.
    """

    model: nn.Module
    forward: Callable[[Tensor], Tensor]
    build: Callable[[], nn.Module]
    scale: float
    device: str
    channels: int = 3
    call: Callable[[nn.Module, Tensor], object] | None = None

    @property
    def runs_in(self) -> str:
        """Name of the library that runs the network, or a part of it, in PyTorch's place; empty: PyTorch runs it."""
        return next(filter(None, (getattr(module, "runs_in", "") for module in self.model.modules())), "")

    def lr_size(self) -> tuple[int, int]:
        """Return the (h, w) of the LR image of a 1280 x 720 HR image, rounded down; 240 x 426 at x3."""
        return int(720 / self.scale + 1e-9), int(1280 / self.scale + 1e-9)
