"""The initial value problem as a network: where it starts, which way it goes, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.io import loadmat
from srbench_classics.luma import bicubic
from srbench_ode_ivp.model import OneStep
from srbench_ode_ivp.solver import Solver

from srbench.imaging.resize import imresize
from srbench.inference.tiling import tiled
from srbench.inference.wrappers import wrap
from srbench.models.prediction import Prediction

sides = st.integers(3, 12)
scales = st.floats(1, 4.5)


def with_slope(model, value):
    """f is `value` everywhere."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        list(model.parameters())[-1].fill_(value)
    return model


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@example(height=8, width=6, scale=1.0000000000000002)  # 1 in float32, in which the solver counts
@given(height=sides, width=sides, scale=scales)
def test_one_network_has_every_real_scale(height, width, scale, small, random_image):
    lr = random_image(height, width)
    size = (1, 3, round(height * scale), round(width * scale))
    with torch.inference_mode():
        for model in (small(), OneStep(kwargs={"depth": 2, "features": 2})):
            sr = model(lr, scale)
            assert sr.shape == size
            assert sr.dtype == torch.float32
            assert sr.isfinite().all()


def test_at_scale_1_there_is_nothing_to_restore(small, random_image):
    lr = random_image(9, 7)
    model = small()
    assert torch.equal(model(lr, 1.0), bicubic(lr, 1.0))
    torch.testing.assert_close(model(lr, 1.0), lr)
    assert model.evaluations == 0


@settings(deadline=None, max_examples=20)
@given(scale=st.floats(1.01, 4.5))
def test_states_begin_with_bicubic_and_end_in_the_result(scale, small, random_image):
    lr, model = random_image(8, 6), small()
    with torch.inference_mode():
        first, last = model.states(lr, scale, (scale, 1.0))
        assert torch.equal(first, bicubic(lr, scale))
        assert torch.equal(last, model(lr, scale))
        assert not torch.equal(first, last)


def test_states_before_the_begin_are_the_begin(small, random_image):
    lr = random_image(8, 6)
    with torch.inference_mode():
        states = small().states(lr, 2.0, (4.0, 3.0, 2.0, 1.5, 1.0))
    assert len(states) == 5
    assert all(torch.equal(state, bicubic(lr, 2.0)) for state in states[:3])
    assert not torch.equal(states[3], states[4])


@settings(deadline=None, max_examples=20)
@given(scale=scales, height=sides, width=sides)
def test_without_a_slope_it_is_bicubic(scale, height, width, small, random_image):
    lr = random_image(height, width)
    with torch.inference_mode():
        sr = with_slope(small(), 0.0)(lr, scale)[0].permute(1, 2, 0).numpy()
    image = lr[0].permute(1, 2, 0).double().numpy()
    assert np.abs(sr - imresize(image, scale, mode="matlab-double", size=sr.shape[:2])).max() < 1e-5


def test_without_a_slope_it_is_matlabs_bicubic(shared, small):
    matlab = loadmat(shared / "fixtures/matlab_imresize/butterfly_GT_x3.mat")
    lr = torch.from_numpy(matlab["im_l"] / 255).permute(2, 0, 1)[None].float()
    with torch.inference_mode():
        sr = with_slope(small(), 0.0)(lr, 3.0)[0].permute(1, 2, 0).numpy()
    assert np.abs(sr.clip(0, 1) * 255 - matlab["im_b"]).max() < 2e-3  # float32, of a file clipped by MATLAB


@settings(deadline=None, max_examples=20)
@given(scale=st.floats(1, 4.5), value=st.floats(-0.5, 0.5, width=32))
def test_a_constant_slope_is_followed_downwards(scale, value, small, random_image):
    """I(1) = I(t0) - (t0 - 1) f."""
    lr = random_image(5, 6)
    with torch.inference_mode():
        sr = with_slope(small(), value)(lr, scale)
    torch.testing.assert_close(sr, bicubic(lr, scale) - (scale - 1) * value, atol=1e-5, rtol=0)


def test_f_sees_the_state_and_t_in_a_channel_of_its_own(small, random_image):
    model, seen = small(), []
    model.slope.layers.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0].clone()))
    lr = random_image(4, 5)
    with torch.inference_mode():
        model(lr, 2.5)
    assert [call.shape for call in seen] == [(1, 4, 10, 12)] * 4
    assert torch.equal(seen[0][:, :3], bicubic(lr, 2.5))
    times = [call[:, 3].unique() for call in seen]
    assert all(len(time) == 1 for time in times)
    # torchdiffeq's rk4 is the rule of three eighths: at 0, 1/3, 2/3 and all of the way from 2.5 to 1
    assert torch.cat(times).tolist() == pytest.approx([2.5, 2.0, 1.5, 1.0])


@pytest.mark.parametrize(
    ("solver", "gaps", "expected"),
    [
        ({}, 1, 4),
        ({"scheme": "euler"}, 1, 1),
        ({"scheme": "midpoint", "steps": 3}, 1, 6),
        ({"steps": 2}, 1, 8),
        ({}, 3, 12),
    ],
)
def test_evaluations_are_counted(solver, gaps, expected, small, random_image):
    model = small(**solver)
    times = tuple(2 - (index + 1) / gaps for index in range(gaps))
    with torch.inference_mode():
        model.states(random_image(4, 4), 2.0, times)
        model.states(random_image(4, 4), 2.0, times)
    assert model.evaluations == expected == gaps * Solver(**solver).evaluations


def test_tighter_tolerances_cost_more_evaluations(small, random_image):
    counts = []
    for tolerance in (1e-2, 1e-7):
        model = small(scheme="dopri5", rtol=tolerance, atol=tolerance)
        with torch.inference_mode():
            model(random_image(8, 8), 3.0)
        counts.append(model.evaluations)
    assert 6 < counts[0] < counts[1]


def test_derivative_is_what_the_solver_follows(small, random_image):
    model, lr = small(scheme="euler"), random_image(6, 6)
    with torch.inference_mode():
        start, end = model.states(lr, 2.0, (2.0, 1.0))
        torch.testing.assert_close(start - model.derivative(start, 2.0), end)


def test_one_step_adds_what_the_network_says_once(random_image):
    model, lr = OneStep(kwargs={"depth": 2, "features": 4}), random_image(6, 6)
    start = bicubic(lr, 1.7)
    with torch.inference_mode():
        torch.testing.assert_close(model(lr, 1.7), start + model.residual(start, torch.tensor(1.7)))
    assert torch.equal(with_slope(model, 0.25)(lr, 1.7), start + 0.25)


@pytest.mark.parametrize("scale", [1.5, 2.0, 2.37])
def test_tiles_with_its_overlap_are_the_whole(scale, small, random_image):
    model, lr = small(depth=2, features=4), random_image(220 if scale == 2.37 else 60, 9)
    overlap = 4 * 2 + 2

    def forward(image):
        return Prediction(model(image, scale))

    with torch.inference_mode():
        whole = model(lr, scale)
        torch.testing.assert_close(tiled(forward, scale, 16, overlap)(lr).sr, whole, atol=2e-5, rtol=0)
        assert float((tiled(forward, scale, 16, 1)(lr).sr - whole).abs().max()) > 1e-3 or scale == 2.37


def test_self_ensemble_turns_with_the_image(small, random_image):
    model, lr = small(), random_image(6, 8)
    run = wrap(lambda image: Prediction(model(image, 1.5)), ("self",), 1.5)
    with torch.inference_mode():
        mean = run(lr).sr
        torch.testing.assert_close(run(lr.flip(-1)).sr, mean.flip(-1), atol=1e-6, rtol=0)
        torch.testing.assert_close(
            run(torch.rot90(lr, 1, (-2, -1))).sr, torch.rot90(mean, 1, (-2, -1)), atol=1e-6, rtol=0
        )
        assert not torch.allclose(model(lr.flip(-1), 1.5), model(lr, 1.5).flip(-1), atol=1e-3)


def test_backpropagation_reaches_every_weight(small, random_image):
    for adjoint in (False, True):
        model = small(depth=3, adjoint=adjoint)
        model(random_image(6, 6), 2.37).square().mean().backward()
        assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in model.parameters())
