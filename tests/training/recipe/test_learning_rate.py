"""The learning rate of every step, against PyTorch's own schedulers."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from srbench.specs.recipe import Budget, Schedule
from srbench.training.recipe.learning_rate import learning_rate

STEPS, HIGHEST = 240, 3e-4


def ours(schedule, steps=STEPS):
    return [learning_rate(Budget(steps, 1, 1, HIGHEST, schedule), step) for step in range(steps)]


def theirs(make, steps=STEPS):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=HIGHEST)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.parametrize(("every", "step_size"), [(2 / 3, 160), (0.25, 60), (1 / 3, 80), (1.0, 240)])
@pytest.mark.parametrize("gamma", [0.5, 0.1])
def test_step(every, step_size, gamma):
    expected = theirs(lambda optimizer: lr_scheduler.StepLR(optimizer, step_size, gamma))
    assert ours(Schedule("step", every=every, gamma=gamma)) == pytest.approx(expected, rel=1e-12)


def test_cosine():
    expected = theirs(lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, STEPS))
    assert ours(Schedule("cosine")) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("warm_up", [0.1, 0.25, 0.5])
def test_one_cycle(warm_up):
    # PyTorch lets the last step have the last rate; here that would be the step after it, as in its cosine. Its peak
    # is therefore at warm_up * total - 1, and both pieces are one step shorter.
    peak = round(warm_up * STEPS)
    expected = theirs(
        lambda optimizer: lr_scheduler.OneCycleLR(
            optimizer,
            HIGHEST,
            total_steps=STEPS + 1,
            pct_start=(peak + 1) / (STEPS + 1),
            div_factor=25,
            final_div_factor=1e12,
        )
    )
    assert ours(Schedule("one-cycle", warm_up=warm_up)) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_constant():
    assert set(ours(Schedule())) == {HIGHEST}


def test_the_paper_halves_at_400k_of_600k():
    budget = Budget(600_000, 64, 48, 1e-4, Schedule("step", every=2 / 3, gamma=0.5))
    rates = [learning_rate(budget, step) for step in (0, 399_999, 400_000, 599_999)]
    assert rates == [1e-4, 1e-4, 5e-5, 5e-5]


@given(st.sampled_from(["constant", "step", "cosine", "one-cycle"]), st.integers(1, 500), st.floats(0, 0.9))
def test_a_rate_is_above_zero_and_never_above_the_highest(kind, steps, warm_up):
    rates = ours(Schedule(kind, every=0.3, warm_up=warm_up), steps)
    assert all(0 < rate <= HIGHEST * (1 + 1e-12) for rate in rates)


@pytest.mark.slow
@given(st.sampled_from(["step", "cosine", "one-cycle"]), st.integers(1, 60), st.integers(2, 20))
def test_a_cut_budget_keeps_the_shape(kind, steps, times):
    schedule = Schedule(kind, every=1 / 4, warm_up=0.2)
    long = ours(schedule, 20 * steps * times)
    short = ours(schedule, 20 * steps)
    assert short == pytest.approx(long[::times], rel=1e-6)
    assert not math.isclose(short[0], short[-1])
