"""Whether rows come out in the printed order, against SciPy and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from srbench.bench.results.row_order import row_orders
from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.render.remarks import order
from srbench.specs.metric import MetricSpec
from srbench.specs.table import Column, Row, Table

PSNR, COST = Column("psnr", "Set14", 4.0), Column("params", "", 4.0)
METRIC = MetricSpec("psnr", "m:f", "higher", title="PSNR")


def result(measured, printed, *, reduced=False, column=PSNR):
    labels = [chr(ord("A") + number) for number in range(len(measured))]
    rows = [Row(f"{label}, small", reduced=label) if reduced else Row(label) for label in labels]
    entries = tuple(
        TableEntry(row, column, METRIC, None, Verdict.UNPUBLISHED, measured=value, trained=value is not None)
        for row, value in zip(rows, measured, strict=True)
    )
    table = Table("1", "", tuple(rows), (column,))
    in_print = {(label, column): value for label, value in zip(labels, printed, strict=True) if value is not None}
    return Result("p", table, "pcarn", "", "quick", demo=False, entries=entries, in_print=in_print)


@pytest.mark.parametrize(
    ("measured", "tau"),
    [
        ([1, 2, 3, 4, 5], 1.0),
        ([5, 4, 3, 2, 1], -1.0),
        ([2, 1, 3, 4, 5], 0.8),  # one of ten pairs turned
        ([1, 2, 3, 5, 4], 0.8),
        ([3, 1, 2, 5, 4], 0.4),
    ],
)
@pytest.mark.parametrize("reduced", [True, False])
def test_known_permutations(measured, tau, reduced):
    (found,) = row_orders(result(measured, [1, 2, 3, 4, 5], reduced=reduced))
    assert found.tau == pytest.approx(tau)
    assert (found.column, found.rows, found.reduced) == (PSNR, 5, reduced)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=8))
def test_tau_b_with_ties(pairs):
    measured, printed = [list(map(float, side)) for side in zip(*pairs, strict=True)]
    found = row_orders(result(measured, printed))
    if len(set(measured)) == 1 or len(set(printed)) == 1:
        assert found == []
        return
    signs = [((a - b) * (c - d), a != b, c != d) for (a, c), (b, d) in combinations(pairs, 2)]
    concordant = sum((product > 0) - (product < 0) for product, _, _ in signs)
    by_hand = concordant / (sum(x for _, x, _ in signs) * sum(y for _, _, y in signs)) ** 0.5
    assert found[0].tau == pytest.approx(by_hand)
    assert found[0].interval is None, "no images are known"
    if len(set(measured)) == len(measured) == len(set(printed)) <= 7:
        exact = kendalltau(measured, printed, alternative="greater", method="exact")
        assert found[0].chance == pytest.approx(exact.pvalue)


def test_rows_without_an_order_are_left_out():
    assert row_orders(result([1, 2], [1, 2])) == [], "two rows have too few orders to agree by merit"
    assert row_orders(result([1, 2, None], [1, 2, 3])) == [], "a row that is not measured has no place"
    assert row_orders(result([1, 2, 3], [1, 2, None])) == [], "nor has one that is not in print"
    assert row_orders(result([1, 2, 3], [1, 2, 3], column=COST)) == [], (
        "costs follow from the network, not from training"
    )
    given_weights = result([1, 2, 3], [1, 2, 3])
    untrained = tuple(replace(entry, trained=False) for entry in given_weights.entries)
    assert row_orders(replace(given_weights, entries=untrained)) == [], (
        "weights of the authors are judged number by number"
    )


def test_reduced_rows_and_the_papers_are_not_mixed():
    small, large = result([3, 2, 1], [1, 2, 3], reduced=True), result([1, 2, 3], [1, 2, 3])
    both = replace(large, entries=large.entries + small.entries)
    assert [(found.reduced, found.tau) for found in row_orders(both)] == [(False, 1.0), (True, -1.0)]


def test_it_is_printed_under_the_table():
    (line,) = order(result([2, 1, 3, 4, 5], [1, 2, 3, 4, 5], reduced=True))
    start, _, rest = line.partition(" against print ")
    assert start == "Order of the rows, PSNR Set14 x4: Kendall's τ = +0.80"
    assert rest == "(5 reduced rows; 4.2 % of random orders do as well)"


def test_interval_is_over_the_images_and_seeds_of_the_rows():
    """The images of a row may be stored in another order; what rows share on an image cancels out."""
    rows = result([1, 2, 3], [1, 2, 3])
    shared = {"a": 0.0, "b": 50.0, "c": -20.0, "d": 7.0}

    def with_images(entry, names):
        seeds = tuple(tuple(entry.measured + shared[name] + shift for name in names) for shift in (-0.01, 0.01))
        return replace(entry, images=dict(zip(names, seeds[0], strict=True)), images_by_seed=seeds)

    entries = tuple(map(with_images, rows.entries, ("abcd", "dcba", "bdac")))
    (found,) = row_orders(replace(rows, entries=entries))
    assert found.interval == (1.0, 1.0)
    (line,) = order(replace(rows, entries=entries))
    assert "τ = +1.00 [+1.00, +1.00] against print (3 rows; 17 % of random orders" in line
    other = replace(entries[0], images=dict.fromkeys("abce", 1.0))
    assert row_orders(replace(rows, entries=(other, *entries[1:])))[0].interval is None
