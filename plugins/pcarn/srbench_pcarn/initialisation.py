"""Initialisation schemes of the weights (paper, Sec. 4.2 and Table 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Initialisation:
    """Initialisation by N(0, spread) or U(-spread, spread), with spread = gain * sqrt(numerator / F) and zero biases.

    The default is the paper's choice, 1.0 * U(+-sqrt(1 / F)). Table 3's caption calls F "the number of the input
    channels (fan-in)", which are two things: `fan_in` chooses.
    """

    distribution: Literal["uniform", "normal"] = "uniform"
    gain: float = 1.0
    numerator: float = 1.0
    fan_in: Literal["field", "channels"] = "field"
    """F. ``field``: the input channels of a group times the kernel's area, the fan-in of He et al. (2015), whom the
    table's fourth row follows, and of PyTorch; ``channels``: the input channels alone."""

    def identity(self) -> dict[str, Any]:
        """Return what identifies the initialisation in the keys of trainings."""
        return {
            "distribution": self.distribution,
            "gain": float(self.gain),
            "numerator": float(self.numerator),
            **({} if self.fan_in == "field" else {"fan_in": self.fan_in}),  # trainings before had no choice
        }

    def spread(self, weight: Tensor) -> float:
        """Return the standard deviation of the normal distribution, or the half width of the uniform one.

        Args:
            weight: Weight of a convolution, (output channels, input channels of a group, height, width).
        """
        size = weight.shape[1] if self.fan_in == "channels" else weight[0].numel()
        return self.gain * math.sqrt(self.numerator / size)

    def apply(self, network: nn.Module) -> None:
        """Redraw the weights of every convolution in `network` from torch's global generator."""
        from torch import nn

        for module in network.modules():
            if not isinstance(module, nn.Conv2d):
                continue
            spread = self.spread(module.weight)
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
