"""Solver of the initial value problem, based on torchdiffeq."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import torch
from torch import Tensor, nn
from torchdiffeq import odeint, odeint_adjoint

from srbench import SrbenchError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Scheme = Literal["rk4", "euler", "midpoint", "dopri5"]
FIXED = ("rk4", "euler", "midpoint")
STAGES = {"rk4": 4, "euler": 1, "midpoint": 2}
"""Number of evaluations of f in each step of a fixed-step scheme."""

Slope = Callable[[Tensor, Tensor], Tensor]
"""Function (I, t) -> dI/dt; I is (B, 3, H, W), t a scalar."""


class SolverError(SrbenchError):
    """Failure of a solver to converge."""


@dataclass(frozen=True)
class Solver:
    """Settings of the integration of dI/dt = f(I, t).

    Raises:
        UsageError: if the scheme is unknown, if a number of steps is below 1, or if a tolerance is not a finite number
            above 0.
    """

    scheme: Scheme = "rk4"
    steps: int = 1
    """Number of equal steps of a scheme with fixed steps. The paper names no number; 1 is torchdiffeq's default."""
    rtol: float = 1e-3
    """Relative tolerance of dopri5."""
    atol: float = 1e-3
    """Absolute tolerance of dopri5. At 1e-3, the local error in RGB stays below about a quarter of a grey level."""
    most_steps: int = 1000
    """Number of steps after which dopri5 gives up."""
    adjoint: bool = False
    """Whether gradients come from solving the adjoint ODE backwards (Chen et al. 2018).

    This needs memory for one evaluation of f, whatever the number of steps. Otherwise, gradients come from
    backpropagation through the solver.
    """

    def __post_init__(self) -> None:
        if self.scheme not in get_args(Scheme):
            raise UsageError(f"solver {self.scheme!r}: expected one of {', '.join(get_args(Scheme))}")
        if self.steps < 1 or self.most_steps < 1:
            raise UsageError(
                f"solver {self.scheme}: {min(self.steps, self.most_steps)} steps are too few; use 1 or more"
            )
        if not (self.rtol > 0 and self.atol > 0 and math.isfinite(self.rtol + self.atol)):
            raise UsageError(f"solver {self.scheme}: tolerances {self.rtol!r} and {self.atol!r} must be above 0")

    @property
    def evaluations(self) -> int | None:
        """Number of evaluations of f in a pass; None if it depends on the image."""
        return STAGES[self.scheme] * self.steps if self.scheme in FIXED else None

    def __call__(self, slope: Slope, start: Tensor, times: Sequence[float], module: nn.Module) -> list[Tensor]:
        """Return the states at each of `times`.

        Args:
            slope: the derivative f(I, t).
            start: the state at the first of `times`.
            times: decreasing times, towards 1; there are `steps` steps between consecutive times.
            module: the module that holds the parameters of `slope`.

        Raises:
            SolverError: if dopri5 cannot keep its tolerances.
        """
        if len(times) < 2 or times[0] == times[-1]:
            return [start for _ in times]
        grid = torch.tensor(times, dtype=torch.float64 if start.dtype == torch.float64 else torch.float32)
        solve: Any = odeint_adjoint if self.adjoint else odeint
        more = {"adjoint_params": tuple(module.parameters())} if self.adjoint else {}
        try:
            states = solve(
                lambda t, image: slope(image, t),
                start,
                grid.to(start.device),
                method=self.scheme,
                options=self._options(),
                **({} if self.scheme in FIXED else {"rtol": self.rtol, "atol": self.atol}),
                **more,
            )
        except AssertionError as error:
            raise SolverError(
                f"{self.scheme} from t = {times[0]:g} to {times[-1]:g} with rtol {self.rtol:g} and atol {self.atol:g} "
                f"did not converge: {str(error).partition(':')[0]}; take larger tolerances, or a fixed scheme (rk4)"
            ) from error
        return list(states.unbind())

    def _options(self) -> dict[str, Any]:
        if self.scheme not in FIXED:
            return {"max_num_steps": self.most_steps}
        if self.steps == 1:
            return {}  # torchdiffeq takes one step between consecutive times
        return {"grid_constructor": self._grid}

    def _grid(self, _slope: Slope, _start: Tensor, times: Tensor) -> Tensor:
        """Return a grid of `steps` steps between consecutive `times`.

        The times may rise or fall: the adjoint runs backwards.
        """
        parts = torch.arange(self.steps).to(times) / self.steps
        inner = times[:-1, None] + times.diff()[:, None] * parts
        return torch.cat([inner.flatten(), times[-1:]])
