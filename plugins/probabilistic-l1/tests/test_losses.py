"""What the losses ignore, log and refuse."""

from __future__ import annotations

import pytest
import torch
from srbench_probabilistic_l1.losses import expectation as module
from srbench_probabilistic_l1.losses.auxiliary import AuxiliarySigma
from srbench_probabilistic_l1.losses.expected import ExpectedL1
from srbench_probabilistic_l1.losses.naive import NaiveL1
from srbench_probabilistic_l1.losses.noisy import NoisyL1
from srbench_probabilistic_l1.losses.specs import LOSSES
from srbench_probabilistic_l1.losses.threshold import zero_below_mean

from srbench.errors import UsageError
from srbench.loading import load
from srbench.training.objective.objective import Reporting

NAN = float("nan")


@pytest.fixture
def uneven():
    """Two patches of which the second has larger errors: each half under its own mean, the first all under both's."""
    return torch.tensor([1.0, 3.0, 10.0, 30.0]).reshape(2, 1, 1, 2).repeat(1, 3, 1, 1) / 100


@pytest.mark.parametrize(
    ("threshold", "kept"), [("none", [1, 3, 10, 30]), ("patch", [0, 3, 0, 30]), ("batch", [0, 0, 0, 30])]
)
def test_errors_under_the_mean_count_as_zero(uneven, threshold, kept):
    """Over the batch the mean is 11."""
    expected = torch.tensor(kept).reshape(2, 1, 1, 2).expand(2, 3, 1, 2) / 100
    torch.testing.assert_close(zero_below_mean(uneven, threshold), expected)


def test_an_error_of_the_mean_is_kept():
    even = torch.full((1, 3, 4, 4), 0.25)
    assert torch.equal(zero_below_mean(even, "patch"), even)


@pytest.mark.parametrize("threshold", ["patch", "batch"])
def test_easy_pixels_keep_their_l1(uneven, threshold, case, monkeypatch):
    monkeypatch.setattr(module, "draw", lambda like, _distribution: torch.full_like(like, 5.0))
    prediction, batch = case(uneven)
    ExpectedL1(threshold=threshold)(prediction, batch)["expected-l1"].backward()
    easy = zero_below_mean(uneven, threshold) == 0
    slopes = (prediction.sr.grad * uneven.numel()).abs()
    torch.testing.assert_close(slopes, torch.where(easy, 1.0, 4.0), rtol=1e-4, atol=1e-5)


def test_sigmas_target_is_zero_on_easy_pixels(uneven, case):
    """And no gradient takes the way over the mean."""
    sigma = torch.full_like(uneven, 0.05)
    found = AuxiliarySigma(threshold="patch", beta=1)(*case(uneven, sigma))["auxiliary-sigma"]
    torch.testing.assert_close(found, (zero_below_mean(uneven, "patch") - 0.05).abs().mean())


def test_as_many_draws_as_asked_for(errors, case, monkeypatch):
    zs = iter([torch.zeros_like(errors), torch.full_like(errors, 3.0)])
    monkeypatch.setattr(module, "draw", lambda _like, _distribution: next(zs))
    found = NoisyL1(sigma=0.1, samples=2)(*case(errors))["noisy-l1"]
    torch.testing.assert_close(found, (errors.abs().mean() + (errors - 0.3).abs().mean()) / 2, rtol=1e-4, atol=1e-6)
    assert next(zs, None) is None


@pytest.mark.parametrize("build", [NaiveL1, AuxiliarySigma])
def test_losses_of_sigma_log_it_once(build, case):
    sigma = torch.linspace(0, 1, 3 * 64 * 64).reshape(1, 3, 64, 64)
    loss = build()
    assert isinstance(loss, Reporting)
    loss(*case(torch.zeros_like(sigma), sigma))
    found = loss.reports()
    expected = {"sigma_p5": 0.05, "sigma_p50": 0.5, "sigma_p95": 0.95, "sigma_mean": 0.5}
    assert {name: float(value) for name, value in found.items()} == pytest.approx(expected, abs=0.03)
    assert loss.reports() == {}


@pytest.mark.parametrize("name", [spec.name for spec in LOSSES[:4]])
def test_bfloat16_is_taken_in_float32(name, errors, case):
    (spec,) = (spec for spec in LOSSES if spec.name == name)
    prediction, batch = case(errors, torch.rand_like(errors))
    coarse = prediction.map(lambda tensor: tensor.detach().bfloat16())
    (value,) = load(spec.build)()(coarse, batch).values()
    assert value.dtype == torch.float32


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: NoisyL1(sigma=0), r"sigma 0: expected a number above 0"),
        (lambda: NoisyL1(sigma=-0.1), r"sigma -0.1"),
        (lambda: NoisyL1(sigma=NAN), r"sigma nan"),
        (lambda: NoisyL1(sigma=float("inf")), r"sigma inf"),
        (lambda: AuxiliarySigma(beta=-0.01), r"beta -0.01: expected a number of 0 or more"),
        (lambda: AuxiliarySigma(beta=NAN), r"beta nan"),
        (lambda: AuxiliarySigma(threshold="pixel"), r"threshold 'pixel': expected one of none, patch, batch"),
        (lambda: ExpectedL1(samples=0), r"samples 0: expected the number of draws of z"),
        (lambda: ExpectedL1(distribution="cauchy"), r"distribution 'cauchy': expected one of gaussian, laplace"),
        (lambda: ExpectedL1(threshold="mean"), r"threshold 'mean'"),
        (lambda: NaiveL1(samples=-1), r"samples -1"),
        (lambda: NaiveL1(distribution=""), r"distribution ''"),
        (lambda: NoisyL1(samples=0), r"samples 0"),
        (lambda: NoisyL1(distribution="normal"), r"distribution 'normal'"),
    ],
)
def test_bad_settings_are_refused(build, words):
    with pytest.raises(UsageError, match=words):
        build()


@pytest.mark.parametrize(("build", "name"), [(NaiveL1, "naive-l1"), (AuxiliarySigma, "auxiliary-sigma")])
def test_a_network_without_sigma_is_refused(build, name, errors, case):
    with pytest.raises(UsageError, match=f"loss {name} needs a network that predicts sigma.*with_sigma"):
        build()(*case(errors))
