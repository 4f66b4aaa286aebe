"""The Gaussian process against closed forms written with NumPy, and mutual information against brute force."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from srbench_gpnas_ensemble.search.gaussian_process import WEIGHT_DEVIATION, LinearMeanGP, features
from srbench_gpnas_ensemble.search.mutual_information import greedy

POINTS = torch.tensor(np.random.default_rng(1).random((12, 3)))
"""Of the unit cube."""


def model(values):
    made = LinearMeanGP(POINTS[: len(values)], torch.as_tensor(values, dtype=torch.float64))
    made.eval()
    return made


def hyperparameters(process):
    lengthscale = process.residual.base_kernel.lengthscale.detach().numpy()[0]
    return lengthscale, float(process.residual.outputscale.detach()), process.noise


def kernel(process, a, b):
    """sigma^2 exp(-|x - x'|^2 / 2 l^2) + phi(x) . phi(x')."""
    lengthscale, scale, _ = hyperparameters(process)
    distance = (((a[:, None] - b[None]) / lengthscale) ** 2).sum(-1)
    return scale * np.exp(-distance / 2) + 1 + a @ b.T


def closed_form(process, y):
    x, every = POINTS[: len(y)].numpy(), POINTS.numpy()
    known = kernel(process, x, x) + process.noise * np.eye(len(x))
    cross = kernel(process, every, x)
    mean = cross @ np.linalg.solve(known, y)
    return mean, kernel(process, every, every) - cross @ np.linalg.solve(known, cross.T)


@torch.no_grad()
def weights_posterior(process):
    """Rasmussen and Williams, eq. 2.42: mean and covariance of the linear mean's weights given the data."""
    (x,), y = process.train_inputs, process.train_targets
    phi = features(x)
    known = process.residual(x).to_dense() + process.noise * torch.eye(len(x), dtype=torch.float64)
    precision = phi.T @ torch.linalg.solve(known, phi)
    precision += torch.eye(phi.shape[1], dtype=torch.float64) / WEIGHT_DEVIATION**2
    covariance = torch.linalg.inv(precision)
    return covariance @ phi.T @ torch.linalg.solve(known, y), covariance


Y = np.array([0.3, -1.2, 0.8, 1.5, -0.4])


@pytest.mark.parametrize("fitted", [False, True])
def test_the_posterior_is_the_closed_form(fitted):
    process = model(Y)
    if fitted:
        process.fit()
    posterior = process.posterior(POINTS)
    mean, covariance = closed_form(process, Y)
    np.testing.assert_allclose(posterior.mean.squeeze(-1).detach(), mean, atol=1e-6)
    np.testing.assert_allclose(posterior.variance.squeeze(-1).detach(), covariance.diagonal(), atol=1e-6)


def test_a_linear_mean_with_gaussian_weights_is_what_the_kernel_says():
    """Rasmussen and Williams, eq. 2.41 and 2.42: weights apart from the residual give the same prediction."""
    process = model(Y)
    mean, covariance = weights_posterior(process)
    x, every = POINTS[: len(Y)], POINTS
    residual = process.residual
    known = (residual(x).to_dense() + process.noise * torch.eye(len(x), dtype=torch.float64)).detach()
    cross = residual(every, x).to_dense().detach()
    left = torch.tensor(Y) - features(x) @ mean
    expected = features(every) @ mean + cross @ torch.linalg.solve(known, left)
    np.testing.assert_allclose(expected, closed_form(process, Y)[0], atol=1e-8)
    r = features(every).T - features(x).T @ torch.linalg.solve(known, cross.T)
    apart = residual(every).to_dense().detach() - cross @ torch.linalg.solve(known, cross.T) + r.T @ covariance @ r
    np.testing.assert_allclose(apart.diagonal(), closed_form(process, Y)[1].diagonal(), atol=1e-8)


def test_a_linear_function_is_recovered_between_and_beyond_the_data():
    weights = torch.tensor([0.2, 1.5, -1.0, 0.5], dtype=torch.float64)
    y = features(POINTS) @ weights
    process = LinearMeanGP(POINTS[:9], y[:9])
    process.fit()
    mean, covariance = weights_posterior(process)
    deviations = covariance.diagonal().sqrt()
    assert ((mean - weights).abs() < 3 * deviations).all()
    np.testing.assert_allclose(process.posterior(POINTS[9:]).mean.squeeze(-1).detach(), y[9:], atol=0.15)


def test_fitting_never_lowers_the_posterior_probability_of_the_hyperparameters():
    from gpytorch.mlls import ExactMarginalLogLikelihood

    def score(process):
        process.train()
        value = ExactMarginalLogLikelihood(process.likelihood, process)(process(*process.train_inputs), torch.tensor(Y))
        process.eval()
        return float(value)

    process = model(Y)
    before = score(process)
    process.fit()
    assert score(process) > before


def information(covariance, noise, chosen):
    """I(A; V - A) in nats, from determinants."""
    measured = covariance.numpy() + noise * np.eye(len(covariance))
    rest = [index for index in range(len(measured)) if index not in chosen]
    blocks = [np.linalg.slogdet(measured[np.ix_(some, some)])[1] for some in (list(chosen), rest)]
    return (sum(blocks) - np.linalg.slogdet(measured)[1]) / 2


def test_each_choice_adds_most_information():
    process = model(np.array([]))
    covariance, noise = process.covariance(POINTS), process.noise
    picked = greedy(covariance, noise, [], range(12), 4)
    for count in range(4):
        gains = {
            index: information(covariance, noise, [*picked[:count], index])
            for index in range(12)
            if index not in picked[:count]
        }
        assert max(gains, key=gains.get) == picked[count]


def test_greedy_is_within_the_bound_of_the_best_set():
    process = model(np.array([]))
    covariance, noise = process.covariance(POINTS[:8]), process.noise
    picked = greedy(covariance, noise, [], range(8), 3)
    best = max(information(covariance, noise, chosen) for chosen in permutations(range(8), 3))
    assert best >= information(covariance, noise, picked) >= (1 - 1 / np.e) * best


@hypothesis_settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(1, 12), st.data())
def test_choices_are_new_allowed_and_as_many_as_there_are(seed, count, data):
    root = torch.tensor(np.random.default_rng(seed).normal(size=(8, 4)))
    known = data.draw(st.lists(st.integers(0, 7), unique=True, max_size=5))
    allowed = [index for index in range(8) if index not in known and data.draw(st.booleans())]
    picked = greedy(root @ root.T, 0.1, known, allowed, count)
    assert len(picked) == len(set(picked)) == min(count, len(allowed))
    assert set(picked) <= set(allowed)
    assert greedy(root @ root.T, 0.1, known, allowed, 1) == picked[:1]
