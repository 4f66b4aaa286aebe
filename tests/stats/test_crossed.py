"""The test over seeds and images, against Clark's formula, a mixed model of statsmodels, and simulated trainings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import t, ttest_1samp

from srbench.stats.crossed import crossed

MEASURED = [
    [0.151, 0.144, 0.029, 0.144, 0.096, 0.533, 0.215, 0.121, 0.14, 0.134, 0.155, 0.126],
    [-0.154, -0.083, -0.321, -0.136, -0.146, 0.219, -0.079, -0.108, -0.242, -0.123, -0.237, -0.205],
    [0.045, 0.084, -0.125, 0.011, -0.002, 0.372, 0.152, 0.073, 0.058, 0.059, -0.028, 0.003],
    [-0.001, 0.02, -0.174, -0.036, -0.053, 0.215, 0.064, 0.004, -0.075, -0.042, -0.118, 0.011],
]
"""Four seeds, twelve images, drawn once."""


def test_variances_are_those_of_a_mixed_model():
    """statsmodels 0.14, `mixedlm("d ~ 1", vc_formula={seed, image})`, restricted maximum likelihood."""
    found = crossed(MEASURED)
    assert found.difference == pytest.approx(0.018541666666664503)
    assert found.noise.seeds == pytest.approx(0.01583795, rel=1e-4)
    assert found.noise.images == pytest.approx(0.01285141, rel=1e-4)
    assert found.noise.rest == pytest.approx(0.0013115986, rel=1e-4)
    twice = found.noise.rest / (4 * 12)  # the model counts what seeds and images have in common once
    assert found.error**2 - twice == pytest.approx(0.07111795252378554**2, rel=1e-4)


def test_statistic_is_min_f():
    """Clark (1973): min F' = F1 F2 / (F1 + F2), from the tests over seeds and over images."""
    found = crossed(MEASURED)
    by_seed, by_image = (ttest_1samp(np.mean(MEASURED, axis=axis), 0) for axis in (1, 0))
    f1, f2 = by_seed.statistic**2, by_image.statistic**2
    assert (found.difference / found.error) ** 2 == pytest.approx(f1 * f2 / (f1 + f2))
    assert found.freedom == pytest.approx((f1 + f2) ** 2 / (f1**2 / 11 + f2**2 / 3))
    assert found.p == pytest.approx(2 * t.sf(found.difference / found.error, found.freedom))


def test_single_seed_or_image_is_the_t_test():
    for found in (crossed([MEASURED[0]]), crossed([[value] for value in MEASURED[0]])):
        reference = ttest_1samp(MEASURED[0], 0)
        assert found.p == pytest.approx(reference.pvalue)
        assert found.interval == pytest.approx(tuple(reference.confidence_interval(0.95)))
        assert found.noise is None


def test_a_single_value_has_no_interval_and_no_p_value():
    found = crossed([[0.5]])
    assert (found.difference, found.interval) == (0.5, None)
    assert math.isnan(found.p)


def test_equal_values_are_certain():
    assert crossed([[0.5, 0.5], [0.5, 0.5]]).p == 0
    assert crossed([[0.0, 0.0], [0.0, 0.0]]).p == 1


@pytest.mark.parametrize("nothing", [[], [[]]])
def test_a_table_without_values_is_refused(nothing):
    with pytest.raises(ValueError, match="at least one value"):
        crossed(nothing)


@given(
    arrays(np.float64, (3, 5), elements=st.integers(-5000, 5000).map(lambda cents: cents / 100)), st.floats(0.01, 100)
)
def test_unit_sign_and_order_do_not_matter(values, factor):
    found, scaled = crossed(values), crossed(-factor * values[::-1, ::-1])
    assume(found.error > 1e-6)
    assert scaled.p == pytest.approx(found.p, abs=1e-6)
    assert scaled.difference == pytest.approx(-factor * found.difference, abs=1e-9 * factor)
    assert scaled.noise.images == pytest.approx(factor**2 * found.noise.images, rel=1e-6, abs=1e-9 * factor**2)


@given(arrays(np.float64, (3, 5), elements=st.integers(-5000, 5000).map(lambda cents: cents / 100)))
def test_never_surer_than_over_seeds_or_images_alone(values):
    error = crossed(values).error
    for axis in (0, 1):
        means = values.mean(axis=axis)
        assert error >= means.std(ddof=1) / len(means) ** 0.5 - 1e-9


@pytest.mark.long
@pytest.mark.parametrize("seeds", [3, 5])
@pytest.mark.parametrize("images", [5, 14, 100])
@pytest.mark.parametrize("deviations", [(1, 1, 1), (0.3, 1, 1), (1, 0.3, 0.3), (0.1, 0.3, 1), (1, 3, 1)])
def test_interval_covers_the_true_difference(seeds, images, deviations):
    """95 % wanted; 92 % at worst, where three seeds and a hundred images are as uncertain as each other."""
    chance = np.random.default_rng(1)
    of_seeds, of_images, of_both = deviations
    covered = 0
    for _ in range(1000):
        values = (
            chance.normal(0, of_seeds, (seeds, 1))
            + chance.normal(0, of_images, (1, images))
            + chance.normal(0, of_both, (seeds, images))
        )
        low, high = crossed(values).interval
        covered += low <= 0 <= high
    assert 0.91 < covered / 1000 <= 1


def test_the_careful_p_value_takes_the_fewest_degrees_of_freedom():
    """Three of four seeds; for a single seed those of the images; it is never below `p`."""
    found = crossed(MEASURED)
    assert found.p_fewest == pytest.approx(2 * t.sf(found.difference / found.error, 3))
    assert crossed([MEASURED[0]]).p_fewest == pytest.approx(ttest_1samp(MEASURED[0], 0).pvalue)
    assert crossed([[0.5, 0.5], [0.5, 0.5]]).p_fewest == 0
    assert crossed(np.subtract(MEASURED, 0.4)).p < crossed(np.subtract(MEASURED, 0.4)).p_fewest


@pytest.mark.parametrize(("seeds", "too_often"), [(3, (9, 16)), (5, (2.7, 5.5)), (9, (1.2, 2.2))])
def test_small_p_values_of_few_seeds_are_too_small(seeds, too_often):
    """Trainings that differ three times as much as 100 images do: p < 0.0015 for no difference, relative to 0.0015.

    Simulated from the distributions of the two mean squares (the noise in common left out), since it takes many.
    """
    chance, count, images = np.random.default_rng(0), 300_000, 100
    over_seeds = 10 * chance.chisquare(seeds - 1, count) / (seeds - 1)
    over_images = chance.chisquare(images - 1, count) / (images - 1)
    mean, squared = chance.normal(0, 11**0.5, count), over_seeds + over_images
    freedom = squared**2 / (over_seeds**2 / (seeds - 1) + over_images**2 / (images - 1))
    p, p_fewest = (2 * t.sf(abs(mean) / squared**0.5, free) for free in (freedom, seeds - 1))
    low, high = too_often
    assert low < np.mean(p < 0.0015) / 0.0015 < high
    assert np.mean(p_fewest < 0.0015) < 0.0015


@pytest.mark.long
def test_bootstrap_over_few_seeds_covers_too_rarely():
    """Why there is no hierarchical bootstrap here: of three seeds it draws only ten different samples."""
    chance, covered = np.random.default_rng(1), 0
    for _ in range(300):
        values = chance.normal(0, 1, (3, 1)) + chance.normal(0, 0.3, (1, 14)) + chance.normal(0, 0.3, (3, 14))
        rows, columns = chance.integers(3, size=(500, 3)), chance.integers(14, size=(500, 14))
        means = values[rows[:, :, np.newaxis], columns[:, np.newaxis, :]].mean(axis=(1, 2))
        low, high = np.quantile(means, [0.025, 0.975])
        covered += low <= 0 <= high
    assert covered / 300 < 0.85
