"""The solver against equations whose solutions are known, and against itself backwards."""

from __future__ import annotations

import math

import pytest
import torch
from srbench_ode_ivp.solver import STAGES, Solver, SolverError
from torch import nn

from srbench import UsageError

T0 = 2.37
NOTHING = nn.Identity()
"""A module without parameters."""
FIRST_ORDER, SECOND_ORDER, FOURTH_ORDER = 1, 2, 4
ORDERS = {"euler": FIRST_ORDER, "midpoint": SECOND_ORDER, "rk4": FOURTH_ORDER}


def exponential(image, t):
    return 0.7 * image


def logistic(image, t):
    return 1.5 * image * (1 - image)


def wave(image, t):
    """Depends on time."""
    return torch.cos(3 * t) * image


def of_logistic(start, t):
    return 1 / (1 + (1 / start - 1) * math.exp(-1.5 * (t - T0)))


PROBLEMS = {
    "exponential": (exponential, lambda start, t: start * math.exp(0.7 * (t - T0))),
    "logistic": (logistic, of_logistic),
    "wave": (wave, lambda start, t: start * math.exp((math.sin(3 * t) - math.sin(3 * T0)) / 3)),
}
each_problem = pytest.mark.parametrize(("slope", "solution"), PROBLEMS.values(), ids=PROBLEMS)


@pytest.fixture
def start():
    """Every pixel has an equation of its own."""
    return torch.linspace(0.1, 0.9, 12, dtype=torch.float64).reshape(1, 3, 2, 2)


def error(slope, solution, start, **solver):
    states = Solver(**solver)(slope, start, (T0, 1.0), NOTHING)
    return float((states[-1] - solution(start, 1.0)).abs().max())


@each_problem
@pytest.mark.parametrize(("scheme", "order"), ORDERS.items())
def test_halving_the_steps_shows_the_order(scheme, order, slope, solution, start):
    errors = [error(slope, solution, start, scheme=scheme, steps=steps) for steps in (32, 64)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.15)
    assert errors[1] < {"euler": 0.05, "midpoint": 1e-3, "rk4": 1e-6}[scheme]


@each_problem
@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-9])
def test_dopri5_keeps_its_tolerances(slope, solution, start, tolerance):
    """Local errors add up over the way, hence the factor."""
    assert error(slope, solution, start, scheme="dopri5", rtol=tolerance, atol=tolerance) < 10 * tolerance


def test_one_step_of_each_scheme_by_hand():
    start = torch.full((1, 3, 1, 1), 0.5, dtype=torch.float64)
    h = 1 - T0
    euler = 0.5 * (1 + 0.7 * h)
    midpoint = 0.5 * (1 + 0.7 * h + (0.7 * h) ** 2 / 2)
    runge_kutta = 0.5 * sum((0.7 * h) ** n / math.factorial(n) for n in range(5))
    for scheme, expected in (("euler", euler), ("midpoint", midpoint), ("rk4", runge_kutta)):
        found = Solver(scheme=scheme)(exponential, start, (T0, 1.0), NOTHING)[-1]
        assert float(found.mean()) == pytest.approx(expected, rel=1e-12)


@each_problem
@pytest.mark.parametrize("solver", [{"scheme": "rk4", "steps": 16}, {"scheme": "dopri5", "rtol": 1e-7, "atol": 1e-7}])
def test_states_on_the_way_down(slope, solution, start, solver):
    times = (T0, 2.0, 1.37, 1.0)
    states = Solver(**solver)(slope, start, times, NOTHING)
    assert torch.equal(states[0], start)
    for state, t in zip(states, times, strict=True):
        torch.testing.assert_close(state, solution(start, t), atol=2e-6, rtol=0)


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("scheme", STAGES)
def test_f_is_asked_between_t0_and_1_as_often_as_is_said(scheme, steps, start):
    asked = []
    solver = Solver(scheme=scheme, steps=steps)
    solver(lambda image, t: (asked.append(float(t)), image)[1], start, (T0, 1.0), NOTHING)
    assert len(asked) == solver.evaluations == STAGES[scheme] * steps
    assert asked[0] == T0
    assert all(1 - 1e-6 <= t <= T0 for t in asked)
    assert asked == sorted(asked, reverse=True)


def test_dopri5_can_not_say_how_often():
    assert Solver(scheme="dopri5").evaluations is None


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_no_way_to_go_changes_nothing(dtype, start):
    assert torch.equal(Solver()(exponential, start.to(dtype), (1.0, 1.0), NOTHING)[-1], start.to(dtype))


class Curved(nn.Module):
    """A small f that depends on the image, on t and on its weights, none of it linearly."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, image, t):
        return torch.tanh(self.mix(torch.cat([image, t.expand(1, 1, *image.shape[-2:])], dim=1)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "solver",
    [
        {"scheme": "rk4", "steps": 12},
        {"scheme": "midpoint", "steps": 128},
        {"scheme": "dopri5", "rtol": 1e-8, "atol": 1e-8},
    ],
    ids=lambda solver: solver["scheme"],
)
def test_the_adjoints_gradients_are_those_through_the_solver(solver):
    torch.manual_seed(0)
    slope = Curved().double()
    hr = torch.rand(1, 3, 6, 5, dtype=torch.float64)
    found = []
    for adjoint in (False, True):
        start = torch.full_like(hr, 0.4).requires_grad_()
        sr = Solver(**solver, adjoint=adjoint)(slope, start, (T0, 1.0), slope)[-1]
        loss = (sr - hr).square().mean()
        found.append((loss.detach(), *torch.autograd.grad(loss, [start, *slope.parameters()])))
    for through, adjoint in zip(*found, strict=True):
        assert float(through.abs().max()) > 1e-4, "a gradient there is"
        assert float((through - adjoint).abs().max()) < 1e-4 * float(through.abs().max())


@pytest.mark.parametrize(
    ("solver", "says"),
    [
        ({"scheme": "heun"}, "solver 'heun': expected one of rk4, euler, midpoint, dopri5"),
        ({"steps": 0}, "0 steps are too few; use 1 or more"),
        ({"scheme": "dopri5", "most_steps": 0}, "0 steps"),
        ({"scheme": "dopri5", "rtol": 0.0}, "tolerances 0.0 and 0.001 must be above 0"),
        ({"scheme": "dopri5", "atol": -1.0}, "tolerances 0.001 and -1.0 must be above 0"),
        ({"scheme": "dopri5", "atol": math.nan}, "must be above 0"),
    ],
)
def test_settings_without_sense_are_refused(solver, says):
    with pytest.raises(UsageError, match=says):
        Solver(**solver)


@pytest.mark.parametrize(
    ("slope", "settings", "why"),
    [
        (logistic, {"rtol": 1e-9, "atol": 1e-9, "most_steps": 2}, "max_num_steps exceeded"),
        (lambda image, t: -1e7 * (image - torch.cos(50 * t)), {"most_steps": 50}, "max_num_steps exceeded"),
        (lambda image, t: image * math.nan, {}, "underflow in dt"),
        (lambda image, t: torch.where(t < 2, math.inf, 1.0) * image, {}, "underflow in dt"),
    ],
    ids=["too few steps", "stiff", "NaN", "infinite from t = 2"],
)
def test_dopri5_that_fails_says_where_and_what_to_do(slope, settings, why, start):
    with pytest.raises(SolverError) as caught:
        Solver(scheme="dopri5", **settings)(slope, start, (3.0, 1.0), NOTHING)
    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith("dopri5 from t = 3 to 1 with rtol ")
    assert f"did not converge: {why}" in said
    assert said.endswith("take larger tolerances, or a fixed scheme (rk4)")
