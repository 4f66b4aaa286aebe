"""Initialisation schemes of the weights (paper, Sec. 4.2 and Table 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Initialisation:
    """Initialisation by N(0, spread) or U(-spread, spread), with spread = gain * sqrt(numerator / F) and zero biases.

    F is the fan-in, the input channels of a group times the kernel's area (He et al. 2015, whom Table 3's fourth row
    follows). The default is the paper's choice, 1.0 * U(+-sqrt(1 / F)).
    """

    distribution: Literal["uniform", "normal"] = "uniform"
    gain: float = 1.0
    numerator: float = 1.0

    def identity(self) -> dict[str, Any]:
        """Return what identifies the initialisation in the keys of trainings."""
        return {
            "distribution": self.distribution,
            "gain": float(self.gain),
            "numerator": float(self.numerator),
        }

    def spread(self, fan_in: int) -> float:
        """Return the standard deviation of the normal distribution, or the half width of the uniform one."""
        return self.gain * math.sqrt(self.numerator / fan_in)

    def apply(self, network: nn.Module) -> None:
        """Redraw the weights of every convolution in `network` from torch's global generator."""
        from torch import nn

        for module in network.modules():
            if not isinstance(module, nn.Conv2d):
                continue
            spread = self.spread(module.weight[0].numel())
            if self.distribution == "normal":
                nn.init.normal_(module.weight, std=spread)
            else:
                nn.init.uniform_(module.weight, -spread, spread)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


SCHEMES = {
    "Norm. 0.1*sqrt(2/F)": Initialisation("normal", 0.1, 2.0),
    "Unif. 0.1*sqrt(6/F)": Initialisation("uniform", 0.1, 6.0),
    "Unif. 0.1*sqrt(1/F)": Initialisation("uniform", 0.1, 1.0),
    "Norm. 1.0*sqrt(2/F)": Initialisation("normal", 1.0, 2.0),
    "Unif. 1.0*sqrt(6/F)": Initialisation("uniform", 1.0, 6.0),
    "Unif. 1.0*sqrt(1/F)": Initialisation("uniform", 1.0, 1.0),
}
"""The six schemes of Table 3, by row label."""
