"""Solving the initial value problem, through torchdiffeq."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import torch
from torch import Tensor, nn
from torchdiffeq import odeint, odeint_adjoint

from srbench.errors import SrbenchError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Scheme = Literal["rk4", "euler", "midpoint", "dopri5"]
FIXED = ("rk4", "euler", "midpoint")
STAGES = {"rk4": 4, "euler": 1, "midpoint": 2}
"""Evaluations of f in each step of a scheme with a fixed step."""

Slope = Callable[[Tensor, Tensor], Tensor]
"""f(I, t)."""


class SolverError(SrbenchError):
    """A solver gave up."""


@dataclass(frozen=True)
class Solver:
    """How dI/dt = f(I, t) is integrated.

    Raises `UsageError` for a scheme that there isn't, for no steps, and for tolerances that aren't above zero.
    """

    scheme: Scheme = "rk4"
    steps: int = 1
    """Of equal length, for the fixed schemes. The paper names no number; one is what torchdiffeq takes unasked."""
    rtol: float = 1e-3
    atol: float = 1e-3
    """Of dopri5: its local error in RGB stays below about a quarter of a grey level."""
    most_steps: int = 1000
    """Of dopri5, which then gives up."""
    adjoint: bool = False
    """Gradients by solving the adjoint ODE backwards (Chen et al. 2018): memory for one evaluation of f, whatever the
    steps. Else by backpropagation through the solver."""

    def __post_init__(self) -> None:
        if self.scheme not in get_args(Scheme):
            raise UsageError(f"solver {self.scheme!r}: expected one of {', '.join(get_args(Scheme))}")
        if self.steps < 1 or self.most_steps < 1:
            raise UsageError(f"solver {self.scheme}: {min(self.steps, self.most_steps)} steps; it needs one or more")
        if not (self.rtol > 0 and self.atol > 0 and math.isfinite(self.rtol + self.atol)):
            raise UsageError(f"solver {self.scheme}: tolerances {self.rtol!r} and {self.atol!r} must be above 0")

    @property
    def evaluations(self) -> int | None:
        """Evaluations of f in all; None where the image decides."""
        return STAGES[self.scheme] * self.steps if self.scheme in FIXED else None

    def __call__(self, slope: Slope, start: Tensor, times: Sequence[float], module: nn.Module) -> list[Tensor]:
        """The states at each of `times`, the first of which is `start`'s; they fall, towards 1.

        `module` holds the parameters of `slope`. `steps` are between each two of `times`. Raises `SolverError` where
        dopri5 can't keep its tolerances.
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
            return {}  # a step from each time to the next
        return {"grid_constructor": self._grid}

    def _grid(self, _slope: Slope, _start: Tensor, times: Tensor) -> Tensor:
        """`steps` between each two of `times`, whichever way they run: the adjoint asks for them backwards."""
        parts = torch.arange(self.steps).to(times) / self.steps
        inner = times[:-1, None] + times.diff()[:, None] * parts
        return torch.cat([inner.flatten(), times[-1:]])
