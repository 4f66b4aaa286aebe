"""Number of parameters of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.metrics.subject import Subject


def params(subject: Subject) -> float:
    """Count the parameters, biases included; shared ones count once, buffers (a fixed mean shift) do not count."""
    return float(sum(parameter.numel() for parameter in subject.model.parameters()))
