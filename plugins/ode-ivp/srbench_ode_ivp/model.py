"""Super-resolution as an initial value problem (Sec. 3), and the same networks in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from srbench_classics.luma import bicubic
from torch import Tensor, nn

from srbench.loading import load
from srbench_ode_ivp.solver import Solver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench import Component


class Ivp(nn.Module):
    """I(t0), the bicubic enlargement by t0 = scale, integrated along dI/dt = f(I, t) from t0 down to I(1).

    f is made by `build` with `kwargs`; `solver` are the fields of a `Solver`. One set of weights for every real scale.
    `evaluations` is how often f was asked for in the last pass.
    """

    def __init__(
        self,
        build: str | Component = "srbench_ode_ivp.derivative:VdsrDerivative",
        kwargs: Mapping[str, Any] | None = None,
        solver: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.slope: nn.Module = load(build)(**(kwargs or {}))
        self.solver = Solver(**(solver or {}))
        self.evaluations = 0

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale)), not clipped.

        Raises `SolverError` where an adaptive solver gives up.
        """
        return self.states(lr, scale, (1.0,))[-1]

    def states(self, lr: Tensor, scale: float, times: Sequence[float]) -> list[Tensor]:
        """I(t) at each of `times`, which fall from `scale` or below to 1: the gradual restoration of Sec. 4.2."""
        self.evaluations = 0
        start = bicubic(lr.float(), scale)
        found = self.solver(self._slope, start, [scale, *(one for one in times if one < scale)], self.slope)
        return [start] * (len(times) - len(found) + 1) + found[1:]

    def derivative(self, image: Tensor, t: float) -> Tensor:
        """dI/dt at `t` for an image of HR's size: what Fig. 3 shows the size of."""
        slope: Tensor = self._slope(image, torch.tensor(t, device=image.device))
        return slope

    def _slope(self, image: Tensor, t: Tensor) -> Tensor:
        self.evaluations += 1
        slope: Tensor = self.slope(image, t)
        return slope


class OneStep(nn.Module):
    """SR = I(t) + g(I(t), t): the same network with t as an input and no integration (VDSR+t, RDN+t of Table 1)."""

    def __init__(
        self,
        build: str | Component = "srbench_ode_ivp.derivative:VdsrDerivative",
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.residual: nn.Module = load(build)(**(kwargs or {}))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale)), not clipped."""
        start = bicubic(lr.float(), scale)
        sr: Tensor = start + self.residual(start, torch.tensor(scale, device=lr.device))
        return sr
