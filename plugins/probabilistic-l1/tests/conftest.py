"""Patches and predictions to lose something on."""

from __future__ import annotations

import pytest
import torch

from srbench.losses.batch import Batch
from srbench.models.prediction import Prediction


@pytest.fixture(scope="session")
def case():
    """``case(error, sigma)`` -> (prediction, batch) with HR - mu = `error`; mu needs a gradient, and sigma too."""

    def make(error, sigma=None, hr=None):
        hr = torch.full_like(error, 0.5) if hr is None else hr
        mu = (hr - error).requires_grad_()
        sigma = None if sigma is None else sigma.clone().requires_grad_()
        return Prediction(mu, sigma), Batch(hr[..., ::2, ::2], hr, 2.0, ("one",) * len(hr))

    return make


@pytest.fixture
def errors():
    """(4, 3, 16, 16) errors of both signs and many sizes, none of them 0."""
    torch.manual_seed(0)
    drawn = 0.1 * torch.randn(4, 3, 16, 16)
    return drawn.where(drawn.abs() > 1e-4, torch.tensor(0.01))
