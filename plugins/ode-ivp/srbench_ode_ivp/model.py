"""Super-resolution as an initial value problem (Sec. 3), and by the same networks in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from srbench_classics.luma import bicubic
from torch import Tensor, nn

from srbench import load_object
from srbench_ode_ivp.solver import Solver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench import Component


class Ivp(nn.Module):
    """An initial value problem: I(t0) is integrated along dI/dt = f(I, t) from t0 = scale down to I(1), the SR image.

    I(t0) is the bicubic enlargement by t0. One set of weights serves every real scale. The attribute `evaluations` is
    the number of evaluations of f in the last pass.

    Args:
        build: ``"module:attribute"`` of the network f.
        kwargs: arguments of `build`.
        solver: fields of a `Solver`.
    """

    def __init__(
        self,
        build: str | Component = "srbench_ode_ivp.derivative:VdsrDerivative",
        kwargs: Mapping[str, Any] | None = None,
        solver: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.slope: nn.Module = load_object(build)(**(kwargs or {}))
        self.solver = Solver(**(solver or {}))
        self.evaluations = 0

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Upscale `lr` (B, 3, h, w), RGB in [0, 1], to (B, 3, round(h * scale), round(w * scale)), not clipped.

        Raises:
            SolverError: if an adaptive solver does not converge.
        """
        return self.states(lr, scale, (1.0,))[-1]

    def states(self, lr: Tensor, scale: float, times: Sequence[float]) -> list[Tensor]:
        """Return I(t) at each of `times`: the gradual restoration of Sec. 4.2.

        Args:
            lr: (B, 3, h, w) RGB in [0, 1].
            scale: the scale.
            times: decreasing times from `scale` or below to 1.
        """
        self.evaluations = 0
        start = bicubic(_precise(lr), scale)
        # the solver works in float32, where scales just above 1 are 1: nothing is left to integrate
        later = [t for t in times if np.float32(t) < np.float32(scale)]
        solved = self.solver(self._slope, start, [scale, *later], self.slope)
        return [start] * (len(times) - len(solved) + 1) + solved[1:]

    def derivative(self, image: Tensor, t: float) -> Tensor:
        """Return dI/dt at `t` for an image of the HR size; Fig. 3 shows its magnitude."""
        slope: Tensor = self._slope(image, torch.tensor(t, device=image.device))
        return slope

    def _slope(self, image: Tensor, t: Tensor) -> Tensor:
        self.evaluations += 1
        slope: Tensor = self.slope(image, t)
        return slope


class OneStep(nn.Module):
    """The same networks without integration: SR = I(t) + g(I(t), t) with t = scale (VDSR+t, RDN+t of Table 1).

    Args:
        build: ``"module:attribute"`` of the network g.
        kwargs: arguments of `build`.
    """

    def __init__(
        self,
        build: str | Component = "srbench_ode_ivp.derivative:VdsrDerivative",
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.residual: nn.Module = load_object(build)(**(kwargs or {}))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Upscale `lr` (B, 3, h, w), RGB in [0, 1], to (B, 3, round(h * scale), round(w * scale)), not clipped."""
        start = bicubic(_precise(lr), scale)
        sr: Tensor = start + self.residual(start, torch.tensor(scale, device=lr.device))
        return sr


def _precise(lr: Tensor) -> Tensor:
    """Return `lr` in float32, or in float64 as it is: fewer bits are too few to integrate in."""
    return lr if lr.dtype == torch.float64 else lr.float()
