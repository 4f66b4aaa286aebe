from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import norm
from skimage.color import rgb2ycbcr

from srbench.errors import Unavailable
from srbench.metrics import Sample
from srbench.metrics.pll import SIGMA_FLOOR, gaussian_log_density, pll, with_constant_sigma
from srbench.metrics.psnr_sigma import psnr_sigma
from srbench.specs.protocol import RGB, STANDARD

NO_BORDER = RGB.but(crop_scale=0.0)
LUMA = np.array([65.481, 128.553, 24.966]) / 255


def sample(mu, hr, sigma, protocol=NO_BORDER, scale=1.0):
    mu, sigma = np.asarray(mu, np.float32), None if sigma is None else np.asarray(sigma, np.float32)
    return Sample("one", np.uint8(mu.clip(0, 1) * 255), np.asarray(hr, np.uint8), scale, protocol, mu, sigma)


@pytest.fixture(scope="module")
def predicted():
    generator = np.random.default_rng(0)
    hr = generator.integers(0, 256, (20, 24, 3))
    mu = hr / 255 + generator.normal(0, 0.05, hr.shape)
    sigma = generator.uniform(0.01, 0.1, hr.shape)
    return mu.astype(np.float32).astype(float), hr, sigma.astype(np.float32).astype(float)


def test_one_pixel_by_hand():
    """HR 0.4, mu 0.5, sigma 0.1: one sigma off, so -1/2 - log 0.1 - log(2 pi) / 2."""
    one = sample([[0.5]], [[102]], [[0.1]])
    assert pll(one) == pytest.approx(-0.5 + math.log(10) - 0.918938533, abs=1e-6)
    assert psnr_sigma(sample([[0.5]], [[102]], [[0.11]])) == pytest.approx(40, abs=1e-3)


def test_perfect_prediction_is_bounded_by_the_floor():
    one = sample([[0.4]], [[102]], [[0.0]])
    assert pll(one) == pytest.approx(norm.logpdf(0, 0, SIGMA_FLOOR), abs=1e-6)
    assert pll(one) == pytest.approx(4.62, abs=0.005)


def test_rgb_as_scipy_has_it(predicted):
    mu, hr, sigma = predicted
    assert pll(sample(*predicted)) == pytest.approx(norm.logpdf(hr / 255, mu, sigma).mean(), abs=1e-9)
    expected = -10 * math.log10(np.mean((sigma - np.abs(hr / 255 - mu)) ** 2))
    assert psnr_sigma(sample(*predicted)) == pytest.approx(expected, abs=1e-9)


def test_luma_and_border_are_the_protocols(predicted):
    mu, hr, sigma = (image[2:-2, 2:-2] for image in predicted)
    y_mu, y_hr = rgb2ycbcr(mu)[..., 0] / 255, rgb2ycbcr(hr / 255)[..., 0] / 255
    expected = norm.logpdf(y_hr, y_mu, sigma @ LUMA).mean()
    assert pll(sample(*predicted, protocol=STANDARD, scale=2)) == pytest.approx(expected, abs=1e-9)


def test_one_sigma_for_all_channels(predicted):
    mu, hr, sigma = predicted
    three = pll(sample(mu, hr, np.dstack([sigma[..., 0]] * 3)))
    assert three == pll(sample(mu, hr, sigma[..., :1])) == pll(sample(mu, hr, sigma[..., 0]))


@pytest.mark.parametrize("protocol", [NO_BORDER, STANDARD.but(crop_scale=0.0)])
def test_grey_stays_grey(predicted, protocol):
    mu, hr, sigma = (image[..., :1] for image in predicted)
    expected = norm.logpdf(hr / 255, mu, sigma).mean()
    assert pll(sample(mu, hr[..., 0], sigma, protocol)) == pytest.approx(expected, abs=1e-9)


def test_grey_hr_against_a_colour_prediction(predicted):
    mu, hr, sigma = predicted
    grey = hr[..., 0]
    assert pll(sample(mu, grey, sigma)) == pytest.approx(pll(sample(mu, np.dstack([grey] * 3), sigma)), abs=1e-12)


def test_a_constant_sigma_is_the_same_for_all_pixels(predicted):
    mu, hr, _ = predicted
    baseline = with_constant_sigma(sample(mu, hr, None), 0.04)
    assert pll(baseline) == pytest.approx(norm.logpdf(hr / 255, mu, float(np.float32(0.04))).mean(), abs=1e-9)


@pytest.mark.parametrize("metric", [pll, psnr_sigma])
def test_without_sigma_hr_or_pixels_pll_is_unavailable(predicted, metric):
    mu, hr, sigma = predicted
    with pytest.raises(Unavailable, match="the model predicts no sigma"):
        metric(sample(mu, hr, None))
    with pytest.raises(Unavailable, match="leaves no pixel"):
        metric(sample(mu, hr, sigma, STANDARD, scale=10))
    without_hr = sample(mu, hr, sigma)
    without_hr.hr = None
    with pytest.raises(Unavailable, match="no HR"):
        metric(without_hr)


values = st.floats(0, 1, allow_subnormal=False)


@given(
    error=arrays.arrays(float, (3, 4), elements=values),
    sigma=arrays.arrays(float, (3, 4), elements=values),
    floor=st.floats(1e-3, 0.5),
)
def test_log_density_is_scipys_with_a_floor(error, sigma, floor):
    expected = norm.logpdf(error, 0, np.maximum(sigma, floor)).mean()
    assert gaussian_log_density(error, sigma, floor) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(error=st.floats(0.01, 1), sigma=st.floats(0.01, 1))
def test_best_sigma_is_the_error(error, sigma):
    best = gaussian_log_density(np.array([error]), np.array([error]))
    assert gaussian_log_density(np.array([error]), np.array([sigma])) <= best + 1e-12


@pytest.mark.parametrize(("colour", "weights"), [("y", LUMA), ("y-full", np.array([0.299, 0.587, 0.114]))])
def test_each_luma_has_its_weights_and_a_constant_sigma_is_of_it(predicted, colour, weights):
    mu, hr, sigma = predicted
    protocol = NO_BORDER.but(colour=colour)
    error = (hr / 255 - mu) @ weights
    assert pll(sample(*predicted, protocol)) == pytest.approx(norm.logpdf(error, 0, sigma @ weights).mean(), abs=1e-4)
    constant = with_constant_sigma(sample(mu, hr, None, protocol), 0.04)
    assert pll(constant) == pytest.approx(norm.logpdf(error, 0, 0.04).mean(), abs=1e-4)
