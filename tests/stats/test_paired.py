"""Intervals and tests against SciPy, R and the literature, and the laws that they keep."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from srbench.stats.levels import CONFIDENCE
from srbench.stats.paired import BATCH, RESAMPLES, SEED, bootstrap_interval, paired

FLIPPED = {"better": "worse", "worse": "better", "undecided": "undecided"}
VALUES = st.lists(st.floats(-100, 100), min_size=2, max_size=30)
PAIRS = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), min_size=1, max_size=30)

# Hamilton's depression scale before and after a tranquilliser (Hollander and Wolfe 1973), as in R's ?wilcox.test, which
# prints V = 40, p-value = 0.01953 for the one-sided test; exact, and twice that for two sides.
BEFORE = (1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30)
AFTER = (0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)

# Darwin's maize (Fisher 1935), in eighths of an inch: the signed-rank sum is 24 and the exact p 0.0413.
MAIZE = (49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)


@pytest.mark.parametrize("n", [2, 5, 14, 100])
def test_the_interval_is_scipys(n):
    values = np.random.default_rng(n).gamma(3, 2, n)
    reference = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=SEED,
    ).confidence_interval
    assert bootstrap_interval(list(values)) == pytest.approx((reference.low, reference.high), rel=1e-14)


def test_many_images_are_near_the_normal_interval():
    values = np.random.default_rng(1).normal(30, 3, 1000)
    half = 1.959964 * values.std(ddof=1) / math.sqrt(len(values))
    assert bootstrap_interval(list(values)) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


@pytest.mark.parametrize("values", [[], [30.0]])
def test_one_image_has_no_interval(values):
    assert bootstrap_interval(values) is None


@settings(deadline=None, max_examples=50)
@given(VALUES)
def test_the_interval_lies_among_the_values_and_is_the_same_each_time(values):
    low, high = bootstrap_interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == bootstrap_interval(values)


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(VALUES, st.floats(-50, 50), st.floats(0.1, 10))
def test_the_interval_moves_and_stretches_with_the_values(values, shift, factor):
    low, high = bootstrap_interval(values)
    moved = bootstrap_interval([factor * value + shift for value in values])
    assert moved == pytest.approx((factor * low + shift, factor * high + shift), abs=1e-8)


def test_wilcoxon_as_published():
    assert paired(BEFORE, AFTER, "lower").p == pytest.approx(2 * 0.01953125)
    assert paired(MAIZE, [0] * len(MAIZE), "higher").p == pytest.approx(0.0413, abs=5e-5)


@pytest.mark.slow
def test_a_verdict_needs_both_the_test_and_the_interval():
    assert paired(BEFORE, AFTER, "higher").verdict == "better"
    assert paired(BEFORE, AFTER, "lower").verdict == "worse"
    few = paired([31.0, 32, 33, 34, 35], [30.0, 30.5, 31, 31.5, 32], "higher")
    assert (few.n, few.verdict) == (5, "undecided")
    assert few.p == pytest.approx(2 / 2**5)
    assert few.interval[0] > 0
    outlier = paired([31.0] * 11 + [0.0], [30.9] * 11 + [31.0], "higher")  # the mean and most images disagree
    assert outlier.p < 0.05
    assert outlier.interval[0] < 0 < outlier.interval[1]
    assert outlier.verdict == "undecided"


@settings(deadline=None, max_examples=15)  # the first one imports scipy.stats
@given(PAIRS)
def test_a_against_b_mirrors_b_against_a(pairs):
    a, b = zip(*pairs, strict=True)
    one, other = paired(a, b, "higher"), paired(b, a, "higher")
    assert one.p == pytest.approx(other.p)
    assert one.difference == pytest.approx(-other.difference)
    assert one.difference == pytest.approx(one.mean_a - one.mean_b, abs=1e-9)
    assert one.verdict == FLIPPED[other.verdict] == FLIPPED[paired(a, b, "lower").verdict]
    if one.interval:
        assert one.interval == pytest.approx((-other.interval[1], -other.interval[0]), abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(0, 60), min_size=1, max_size=20))
def test_nothing_differs_from_itself(values):
    test = paired(values, values, "higher")
    assert (test.p, test.difference, test.verdict) == (1.0, 0.0, "undecided")


def test_values_must_be_pairs():
    with pytest.raises(ValueError, match="no pair"):
        paired([], [], "higher")
    with pytest.raises(ValueError, match="zip"):
        paired([1.0], [1.0, 2.0], "higher")
