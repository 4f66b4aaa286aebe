"""A module that is trained, with its optimizer."""

from __future__ import annotations

from fnmatch import fnmatchcase
from math import prod
from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import PluginError
from srbench.specs.optimizer import Adam

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lightning_fabric import Fabric
    from torch import Tensor, nn

    from srbench.specs.optimizer import Sgd


class TrainedModule:
    """A module on its device, with its optimizer.

    `module` is the module itself; `wrapped` is the module as Fabric runs it: with autocast, and with DDP if there are
    several processes.

    Args:
        fabric: Fabric of the training.
        module: module to train; parameters without gradient stay as they are.
        settings: settings of the optimizer.
        rate_factor: ratio of the module's learning rate to the phase's.
        clip: largest norm of the gradient; None for no limit.
    """

    def __init__(
        self,
        fabric: Fabric,
        module: nn.Module,
        settings: Adam | Sgd,
        *,
        rate_factor: float = 1.0,
        clip: float | None = None,
    ) -> None:
        self.fabric, self.module = fabric, module.to(fabric.device)
        self.rate_factor, self.clip = rate_factor, clip
        self.wrapped: nn.Module
        self.optimizer: Any
        self.wrapped, self.optimizer = fabric.setup(module, make_optimizer(module, settings))

    def add(self, total: Tensor) -> None:
        """Add the gradient of `total` to the gradient of the next step."""
        self.fabric.backward(total)

    def step(self, rate: float) -> None:
        """Take one optimizer step along the added gradients, at the phase's learning rate `rate`."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate * self.rate_factor * group.get("rate_factor", 1.0)
        if self.clip is not None:
            self.fabric.clip_gradients(self.wrapped, self.optimizer, max_norm=self.clip, error_if_nonfinite=False)
        self.optimizer.step()
        self.optimizer.zero_grad()


def make_optimizer(module: nn.Module, settings: Adam | Sgd) -> torch.optim.Optimizer:
    """Return the optimizer of the parameters of `module` that need a gradient.

    Parameters with another factor on the learning rate are a group of their own, which keeps it as ``rate_factor``.
    """
    trained = [(name, parameter) for name, parameter in module.named_parameters() if parameter.requires_grad]
    if isinstance(settings, Adam):
        parameters = [parameter for _, parameter in trained]
        decay = settings.weight_decay
        return torch.optim.Adam(parameters, betas=settings.betas, eps=settings.eps, weight_decay=decay, fused=True)
    groups: dict[float, list[Tensor]] = {}
    for name, parameter in trained:
        factors = [factor for pattern, factor in settings.rate_factors.items() if fnmatchcase(name, pattern)]
        groups.setdefault(prod(factors), []).append(parameter)
    return torch.optim.SGD(
        [{"params": group, "rate_factor": float(factor)} for factor, group in groups.items()],
        momentum=settings.momentum,
        weight_decay=settings.weight_decay,
    )


def total_of(terms: Mapping[str, Tensor], phase: str) -> Tensor:
    """Return the sum of `terms` in float32.

    Raises:
        PluginError: if there are no terms, or if one is not a scalar.
    """
    if not terms or any(term.dim() for term in terms.values()):
        shapes = ", ".join(f"{name} {tuple(term.shape)}" for name, term in terms.items()) or "none"
        raise PluginError(f"phase {phase}: expected losses that are scalar tensors, found {shapes}")
    return torch.stack([term.float() for term in terms.values()]).sum()
