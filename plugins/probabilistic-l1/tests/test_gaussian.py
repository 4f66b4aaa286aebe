"""From the median of an error's size to a Gaussian's standard deviation."""

from __future__ import annotations

import pytest
import torch
from scipy.stats import norm
from srbench_probabilistic_l1.attach import GAUSSIAN, as_gaussian
from srbench_probabilistic_l1.models import REDUCED_WITH_SIGMA

from srbench.models.build import builder


def test_the_factor_is_scipys():
    assert pytest.approx(1 / norm.ppf(0.75), rel=1e-12) == GAUSSIAN
    assert norm(0, GAUSSIAN).cdf(1) - norm(0, GAUSSIAN).cdf(-1) == pytest.approx(0.5)


def test_the_same_weights_give_sigma_times_the_factor():
    plain, gaussian = (
        builder(spec, 2.0, "")().eval() for spec in (REDUCED_WITH_SIGMA, as_gaussian(REDUCED_WITH_SIGMA))
    )
    gaussian.load_state_dict(plain.state_dict())
    lr = torch.rand(1, 3, 12, 10)
    with torch.no_grad():
        one, other = plain(lr, 2.0), gaussian(lr, 2.0)
    assert torch.equal(one.sr, other.sr)
    torch.testing.assert_close(other.sigma, GAUSSIAN * one.sigma)
