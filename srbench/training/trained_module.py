"""A module that is trained, with its optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lightning_fabric import Fabric
    from torch import Tensor, nn

    from srbench.specs.recipe import Adam


class TrainedModule:
    """A module on its device, with an Adam optimizer.

    `module` is the module itself; `wrapped` is the module as Fabric runs it: with autocast, and with DDP if there are
    several processes.

    Args:
        fabric: Fabric of the training.
        module: module to train; parameters without gradient stay as they are.
        adam: settings of the optimizer.
        rate_factor: ratio of the module's learning rate to the phase's.
        clip: largest norm of the gradient; None for no limit.
    """

    def __init__(
        self, fabric: Fabric, module: nn.Module, adam: Adam, *, rate_factor: float = 1.0, clip: float | None = None
    ) -> None:
        self.fabric, self.module = fabric, module.to(fabric.device)
        self.rate_factor, self.clip = rate_factor, clip
        parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
        optimizer = torch.optim.Adam(
            parameters, betas=adam.betas, eps=adam.eps, weight_decay=adam.weight_decay, fused=True
        )
        self.wrapped: nn.Module
        self.optimizer: Any
        self.wrapped, self.optimizer = fabric.setup(module, optimizer)

    def add(self, total: Tensor) -> None:
        """Add the gradient of `total` to the gradient of the next step."""
        self.fabric.backward(total)

    def step(self, rate: float) -> None:
        """Take one optimizer step along the added gradients, at the phase's learning rate `rate`."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate * self.rate_factor
        if self.clip is not None:
            self.fabric.clip_gradients(self.wrapped, self.optimizer, max_norm=self.clip, error_if_nonfinite=False)
        self.optimizer.step()
        self.optimizer.zero_grad()


def total_of(terms: Mapping[str, Tensor], phase: str) -> Tensor:
    """Return the sum of `terms` in float32.

    Raises:
        PluginError: if there are no terms, or if one is not a scalar.
    """
    if not terms or any(term.dim() for term in terms.values()):
        shapes = ", ".join(f"{name} {tuple(term.shape)}" for name, term in terms.items()) or "none"
        raise PluginError(f"phase {phase}: expected losses that are scalar tensors, found {shapes}")
    return torch.stack([term.float() for term in terms.values()]).sum()
