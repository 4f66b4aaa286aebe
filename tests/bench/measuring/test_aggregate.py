"""The value of a cell and its interval: pooled errors, and values that are not finite."""

from __future__ import annotations

import math

import pytest

from srbench.bench.measuring.aggregate import aggregate
from srbench.metrics.specs.fidelity import PSNR, SSIM
from srbench.specs.protocol import STANDARD
from srbench.stats.paired import bootstrap_interval


def test_a_pooled_psnr_and_its_interval_are_of_the_mse():
    errors = {"a": 10.0, "b": 40.0, "c": 250.0}
    values = {name: 10 * math.log10(255**2 / error) for name, error in errors.items()}
    value, interval = aggregate(values, PSNR, STANDARD.but(aggregate="pooled"))
    low, high = bootstrap_interval(list(errors.values()))
    assert value == pytest.approx(10 * math.log10(255**2 / 100))
    assert interval == pytest.approx((10 * math.log10(255**2 / high), 10 * math.log10(255**2 / low)))
    assert aggregate(values, SSIM, STANDARD.but(aggregate="pooled")) == aggregate(values, SSIM, STANDARD)


def test_values_that_are_not_finite_are_in_neither():
    values = {"a": 30.0, "b": 31.0, "c": math.inf, "d": math.nan}
    value, interval = aggregate(values, PSNR, STANDARD)
    assert value == 30.5
    assert interval == bootstrap_interval([30.0, 31.0])
    assert aggregate({"a": math.nan}, PSNR, STANDARD) == (None, None)


def test_a_pooled_psnr_counts_a_perfect_image():
    values = {"a": math.inf, "b": 30.0, "c": math.nan}
    pooled, _ = aggregate(values, PSNR, STANDARD.but(aggregate="pooled"))
    assert pooled == pytest.approx(30 + 10 * math.log10(2))  # the mean of two squared errors, of which one is 0
