"""Number of parameters of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.errors import Unavailable

if TYPE_CHECKING:
    from torch import nn

    from srbench.metrics.subject import Subject


def params(subject: Subject) -> float:
    """Count the parameters, biases included; shared parameters count once, buffers (a fixed mean shift) do not count.

    Raises:
        Unavailable: if another library than PyTorch runs the network and its file does not state their number.
    """
    counts = [_stated_count(module) for module in subject.model.modules() if getattr(module, "runs_in", "")]
    return float(sum(parameter.numel() for parameter in subject.model.parameters()) + sum(counts))


def _stated_count(module: nn.Module) -> int:
    count: Any = getattr(module, "parameter_count", None)
    if count is None:
        raise Unavailable(
            f"not known: the network runs in {module.runs_in}, and its file does not state its number of parameters"
        )
    return int(count)
