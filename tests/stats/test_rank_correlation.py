"""Kendall's tau, its chance level and its interval, against SciPy and by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from srbench.stats.rank_correlation import chance, tau_b, tau_interval


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=8))
def test_tau_b_is_scipys(pairs):
    measured, printed = np.asarray(pairs, dtype=float).T
    assert float(tau_b(measured, printed)) == pytest.approx(kendalltau(measured, printed).statistic, nan_ok=True)


@pytest.mark.parametrize("measured", [[1, 2, 3], [2, 1, 3], [1, 2, 3, 5, 4], [5, 3, 1, 2, 4], [2, 1, 3, 5, 4, 6]])
def test_chance_level_is_exact_without_ties(measured):
    printed = sorted(measured)
    exact = kendalltau(measured, printed, alternative="greater", method="exact")
    assert chance(measured, printed) == pytest.approx(exact.pvalue)


def test_three_rows_come_out_in_order_by_chance_once_in_six():
    assert chance([1, 2, 3], [10, 20, 30]) == pytest.approx(1 / 6)


def test_chance_level_with_ties_counts_all_orders():
    measured, printed = [1, 2, 2, 3, 5], [1, 1, 2, 3, 4]
    reached = kendalltau(measured, printed).statistic - 1e-12
    orders = [kendalltau(order, printed).statistic >= reached for order in permutations(measured)]
    assert chance(measured, printed) == pytest.approx(np.mean(orders))


def rows(*means, noise, seeds=3, images=14):
    drawn = np.random.default_rng(0)
    return [mean + drawn.normal(0, noise, (seeds, images)) for mean in means]


def test_interval_is_wide_where_rows_are_alike_and_narrow_where_they_differ():
    assert tau_interval(rows(1, 2, 3, 4, noise=0.01), [1, 2, 3, 4]) == (1.0, 1.0)
    low, high = tau_interval(rows(1, 1, 1, 1, noise=0.5), [1, 2, 3, 4])
    assert low < 0 < high


def test_what_all_rows_share_on_an_image_does_not_widen_it():
    """Images are drawn anew for all rows together."""
    shared = np.random.default_rng(0).normal(0, 100, 14)
    assert tau_interval([row + shared for row in rows(1, 2, 3, noise=0.01)], [1, 2, 3]) == (1.0, 1.0)


def test_no_interval_for_one_image_or_different_images():
    assert tau_interval(rows(1, 2, 3, noise=1, images=1), [1, 2, 3]) is None
    assert tau_interval([*rows(1, 2, noise=1), *rows(3, noise=1, images=5)], [1, 2, 3]) is None


@pytest.mark.slow
def test_interval_of_many_seeds_covers_the_order_of_the_true_means():
    drawn, inside, true = np.random.default_rng(0), 0, np.array([0.0, 0.3, 0.2, 0.6])
    expected = kendalltau(true, [1, 2, 3, 4]).statistic
    for _ in range(40):
        tables = [mean + drawn.normal(0, 0.2, (10, 1)) + drawn.normal(0, 0.3, (10, 20)) for mean in true]
        low, high = tau_interval(tables, [1, 2, 3, 4])
        inside += low - 1e-9 <= expected <= high + 1e-9
    assert inside >= 36
