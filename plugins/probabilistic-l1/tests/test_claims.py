"""What the paper says of its losses (Eq. 6 to 10), by Monte Carlo and in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from srbench_probabilistic_l1.losses import expectation as module
from srbench_probabilistic_l1.losses.auxiliary import AuxiliarySigma
from srbench_probabilistic_l1.losses.expected import ExpectedL1
from srbench_probabilistic_l1.losses.naive import NaiveL1
from srbench_probabilistic_l1.losses.noise import draw
from srbench_probabilistic_l1.losses.noisy import NoisyL1

SHAPE = (2, 3, 4, 4)
MANY = (1, 3, 400, 400)


def images(low, high):
    """Tensors (2, 3, 4, 4) of numbers, those nearly 0 or 1 replaced: there rounding decides about the sign."""

    def clear(drawn):
        near = (np.abs(drawn) < 1e-3) | (np.abs(np.abs(drawn) - 1) < 1e-3)
        return torch.from_numpy(np.where(near, np.float32(0.5), drawn))

    return arrays(np.float32, SHAPE, elements=st.floats(low, high, width=32)).map(clear)


def gradient(loss, prediction, batch):
    """d loss / d mu at every pixel, of the sum over pixels."""
    (value,) = loss(prediction, batch).values()
    (found,) = torch.autograd.grad(value, prediction.sr)
    return found * found.numel()


@pytest.fixture
def fixed(monkeypatch):
    """``fixed(z)``: that is drawn, whatever the distribution."""
    return lambda z: monkeypatch.setattr(module, "draw", lambda _like, _distribution: z)


# Eq. 8 and 9


@settings(deadline=None, max_examples=30)
@given(error=images(-1, 1), z=images(-6, 6))
def test_for_every_z_the_gradient_has_the_sign_of_l1(error, z, case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "draw", lambda _like, _distribution: z)
        found = gradient(ExpectedL1(), *case(error))
    assert torch.equal(found.sign(), -error.sign())
    # |e - |e| z| is |e| |1 - sgn(e) z|: its slope with respect to mu
    torch.testing.assert_close(found, -error.sign() * (1 - error.sign() * z).abs(), rtol=1e-4, atol=1e-5)


def laplace_magnitude():
    """E|1 - z| for the standard Laplace z: 1 + 2 integral_1^inf (z - 1) e^-z / 2 dz, as E(1 - z) is 1."""
    return 1 + math.exp(-1)


GAUSSIAN = 2 * stats.norm.pdf(1) + 2 * stats.norm.cdf(1) - 1


@pytest.mark.parametrize(
    ("distribution", "mean", "square"),
    [("gaussian", GAUSSIAN, 1 + 1), ("laplace", laplace_magnitude(), 1 + 2)],  # E(1 - z)^2 = 1 + variance
)
def test_the_gradients_mean_magnitude(distribution, mean, square, case):
    """The paper's "nearly 1"."""
    torch.manual_seed(1)
    error = torch.where(torch.rand(MANY) < 0.5, -0.2, 0.3)
    found = gradient(ExpectedL1(distribution=distribution), *case(error)).abs().double()
    standard_error = math.sqrt((square - mean**2) / found.numel())
    assert abs(float(found.mean()) - mean) < 4 * standard_error
    assert standard_error < 0.002, "fine enough to tell it from 1"
    assert float(found.var()) == pytest.approx(square - mean**2, rel=0.03)


def test_the_constants_are_those_of_scipy():
    assert pytest.approx(1.1666, abs=5e-5) == GAUSSIAN
    for law, mean in ((stats.norm, GAUSSIAN), (stats.laplace, laplace_magnitude())):
        assert law.expect(lambda z: abs(1 - z)) == pytest.approx(mean, rel=1e-6)


def test_the_loss_is_l1_times_that_constant(case):
    torch.manual_seed(2)
    error = 0.1 * torch.randn(MANY)
    value = ExpectedL1(samples=4)(*case(error))["expected-l1"].detach()
    assert float(value) == pytest.approx(GAUSSIAN * float(error.abs().mean()), rel=0.003)


# Eq. 7


@settings(deadline=None, max_examples=30)
@given(error=images(-1, 1), z=images(-6, 6), sigma=st.floats(1e-3, 1))
def test_a_constant_sigma_turns_the_sign_where_noise_outweighs_the_error(error, z, sigma, case):
    prediction, batch = case(error)
    error = batch.hr - prediction.sr.detach()  # as it is after rounding
    noised = error - sigma * z
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "draw", lambda _like, _distribution: z)
        found = gradient(NoisyL1(sigma=sigma), prediction, batch)
    assert torch.equal(found * -error.sign() < 0, noised * error < 0)


@pytest.mark.parametrize("distribution", ["gaussian", "laplace"])
@pytest.mark.parametrize("error", [-0.02, 0.01, 0.05])
def test_the_share_of_wrong_signs(error, distribution, case):
    torch.manual_seed(3)
    sigma, law = 0.02, {"gaussian": stats.norm, "laplace": stats.laplace}[distribution]
    found = gradient(NoisyL1(sigma=sigma, distribution=distribution), *case(torch.full(MANY, error)))
    wrong = float((found * error > 0).double().mean())
    expected = law.cdf(-abs(error) / sigma)
    assert wrong == pytest.approx(expected, abs=4 * math.sqrt(expected / found.numel()))
    assert expected > 0.005


def test_a_constant_sigma_is_l1_to_a_noised_image(errors, case, fixed):
    z = torch.randn_like(errors)
    fixed(z)
    prediction, batch = case(errors)
    to_noised = (batch.hr - 0.1 * z - prediction.sr).abs().mean()  # z and -z are equally likely
    torch.testing.assert_close(NoisyL1(sigma=0.1)(prediction, batch)["noisy-l1"], to_noised)


# Eq. 6


@settings(deadline=None, max_examples=20)
@given(error=st.floats(-0.5, 0.5), sigma=st.floats(0.02, 0.5), seed=st.integers(0, 1000))
def test_the_naive_loss_is_the_mean_of_a_folded_normal_and_never_under_l1(error, sigma, seed, case):
    torch.manual_seed(seed)
    prediction, batch = case(torch.full((1, 3, 200, 200), error), torch.full((1, 3, 200, 200), sigma))
    law = stats.foldnorm(abs(error) / sigma, scale=sigma)
    found, standard_error = (
        float(NaiveL1()(prediction, batch)["naive-l1"].detach()),
        law.std() / math.sqrt(3 * 200 * 200),
    )
    assert abs(found - law.mean()) < 5 * standard_error
    assert found > abs(error) - 5 * standard_error


@settings(deadline=None, max_examples=30)
@given(error=images(-1, 1), z=images(-6, 6), sigma=images(0.015625, 0.875))
def test_a_draw_and_its_opposite_are_together_never_under_l1(error, z, sigma, case):
    """Jensen's bound without a tolerance for chance."""
    values = []
    for side in (z, -z):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "draw", lambda _like, _distribution, value=side: value)
            values.append(float(NaiveL1()(*case(error, sigma))["naive-l1"]))
    assert sum(values) / 2 >= float(error.abs().mean()) - 1e-5


def test_the_naive_loss_wants_sigma_smaller(case):
    """The collapse of Fig. 2: the mean slope over sigma is 2 phi(e / sigma), which is positive."""
    torch.manual_seed(4)
    prediction, batch = case(torch.full(MANY, 0.05), torch.full(MANY, 0.1))
    NaiveL1()(prediction, batch)["naive-l1"].backward()
    slope = float(prediction.sigma.grad.double().sum())
    assert slope == pytest.approx(2 * stats.norm.pdf(0.5), abs=4 / math.sqrt(prediction.sigma.numel()))


# Eq. 10


def test_no_gradient_reaches_mu_unless_it_is_asked_for(errors, case):
    sigma = torch.rand_like(errors)
    for detach in (True, False):
        prediction, batch = case(errors, sigma)
        AuxiliarySigma(detach=detach)(prediction, batch)["auxiliary-sigma"].backward()
        assert (prediction.sr.grad is None) is detach
        assert prediction.sigma.grad.abs().sum() > 0


def test_the_target_of_sigma_is_the_size_of_the_error_or_the_error(errors, case):
    prediction, batch = case(errors, errors.abs())
    torch.testing.assert_close(float(AuxiliarySigma()(prediction, batch)["auxiliary-sigma"]), 0.0, atol=1e-8, rtol=0)
    signed = AuxiliarySigma(signed=True, beta=1)(prediction, batch)["auxiliary-sigma"]
    torch.testing.assert_close(signed, (errors - errors.abs()).abs().mean(), rtol=1e-4, atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(beta=st.floats(0, 100))
def test_beta_is_a_factor(beta, case):
    torch.manual_seed(5)
    prediction, batch = case(0.1 * torch.randn(SHAPE), torch.rand(SHAPE))
    one, found = (float(AuxiliarySigma(beta=b)(prediction, batch)["auxiliary-sigma"]) for b in (1, beta))
    assert found == pytest.approx(beta * one, rel=1e-5)


# Draws


@pytest.mark.slow
@pytest.mark.parametrize(("distribution", "law"), [("gaussian", stats.norm), ("laplace", stats.laplace)])
def test_draws_are_of_their_distribution(distribution, law):
    torch.manual_seed(6)
    drawn = draw(torch.empty(200_000), distribution).numpy()
    assert np.isfinite(drawn).all()
    assert stats.kstest(drawn, law.cdf).pvalue > 0.01
    assert stats.kstest(1.02 * drawn, law.cdf).pvalue < 0.01, "sharp enough to see a scale that is 2 % off"


@pytest.mark.parametrize("distribution", ["gaussian", "laplace"])
def test_the_generators_state_decides(errors, case, distribution):
    """Which a resumed training takes up."""
    loss = ExpectedL1(samples=2, distribution=distribution)
    state = torch.get_rng_state()
    first, next_one = (loss(*case(errors))["expected-l1"] for _ in range(2))
    torch.set_rng_state(state)
    assert torch.equal(loss(*case(errors))["expected-l1"], first)
    assert not torch.equal(first, next_one)
