"""Paired comparisons of several methods."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from srbench.bench.compare import ALL, Measured, compare_all
from srbench.catalog import load_catalog
from srbench.errors import UsageError
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.stats.paired import holm


def test_holm_is_that_of_r():
    """`p.adjust(p, "holm")` of R 4, on the p values of Holm's step-down example and on five equal steps."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([0.8, 0.6]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_counts_tests_that_could_not_be_made():
    """R's `p.adjust(p, "holm", n = 4)` of two p values: those that are missing take no place in front."""
    assert holm([0.01, 0.02], tests=4) == pytest.approx([0.04, 0.06])
    assert holm([0.01, 0.02, 1.0, 1.0])[:2] == pytest.approx(holm([0.01, 0.02], tests=4))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_p_and_bonferroni_and_keeps_the_order(p_values):
    adjusted = holm(p_values)
    for p, corrected in zip(p_values, adjusted, strict=True):
        assert p <= corrected <= min(1.0, len(p_values) * p)
    assert holm([p_values[0]]) == [p_values[0]]
    for one, other in combinations(range(len(p_values)), 2):
        if p_values[one] < p_values[other]:
            assert adjusted[one] <= adjusted[other]


def measured(method, values, dataset="set", metric="psnr"):
    cell = Cell(method, dataset, 4.0, "standard", metric, "paper", 0, f"{method}{dataset}{metric}")
    named = {f"image{number}": float(value) for number, value in enumerate(values)}
    return Measured(method, dataset, Record(cell, "ok", named, float(np.mean(values))))


@pytest.fixture
def values():
    chance = np.random.default_rng(1)
    base = chance.normal(30, 2, 12)
    return {"a": base, "b": base - 0.3 + chance.normal(0, 0.2, 12), "c": base + chance.normal(0, 0.2, 12)}


def test_the_first_against_all_others_with_scipys_p(values):
    found = compare_all([[measured(name, each) for name, each in values.items()]], load_catalog())
    assert [(each.a, each.b) for each in found] == [("a", "b"), ("a", "c")]
    expected = [stats.wilcoxon(values["a"], values[name]).pvalue for name in "bc"]
    assert [each.test.p for each in found] == pytest.approx(expected)
    low, high = sorted(expected)
    assert sorted(each.p_holm for each in found) == pytest.approx([2 * low, max(2 * low, high)])
    assert found[0].test.difference == pytest.approx((values["a"] - values["b"]).mean())
    assert found[0].verdict == "better"


def test_all_pairs_are_one_family(values):
    found = compare_all([[measured(name, each) for name, each in values.items()]], load_catalog(), all_pairs=True)
    assert [(each.a, each.b) for each in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    smallest = min(found, key=lambda each: each.test.p)
    assert smallest.p_holm == pytest.approx(3 * smallest.test.p)


def test_the_corrected_p_decides():
    """Six images, all better: p is 2 / 2**6 = 0.031, and with two rivals 0.0625."""
    better, worse = np.arange(6) + 30.5, np.arange(6) + 30.0
    alone = compare_all([[measured("a", better), measured("b", worse)]], load_catalog())
    assert [(each.test.p, each.p_holm, each.verdict) for each in alone] == [(0.03125, 0.03125, "better")]
    both = compare_all([[measured("a", better), measured("b", worse), measured("c", worse - 0.25)]], load_catalog())
    assert [(each.p_holm, each.verdict) for each in both] == [(0.0625, "undecided")] * 2


@pytest.mark.parametrize(("metric", "counts"), [("psnr", (1, 2, 3)), ("niqe", (3, 2, 1))])
def test_wins_ties_and_losses_follow_the_metrics_direction(metric, counts):
    a, b = [5, 1, 1, 1, 2, 2], [4, 2, 2, 2, 2, 2]
    (found,) = compare_all([[measured("a", a, metric=metric), measured("b", b, metric=metric)]], load_catalog())
    assert (found.wins, found.ties, found.losses) == counts
    document = found.as_object()
    assert (document["wins"], document["ties"], document["losses"]) == counts
    assert [line["difference"] for line in found.image_objects()] == [1, -1, -1, -1, 0, 0]


def test_several_datasets_are_pooled_by_pair(values):
    groups = [[measured(name, each, dataset) for name, each in values.items()] for dataset in ("x/set", "y/set")]
    found = compare_all(groups, load_catalog())
    assert [(each.dataset, each.b, each.test.n) for each in found] == [
        *(("x/set", "b", 12), ("x/set", "c", 12), ("y/set", "b", 12), ("y/set", "c", 12)),
        *((ALL, "b", 24), (ALL, "c", 24)),
    ]
    assert len(found[-1].values) == 24


def test_unlike_measurements_are_refused(values):
    a, b = measured("a", values["a"]), measured("b", values["b"])
    other = replace(b, record=replace(b.record, cell=replace(b.record.cell, scale=2.0)))
    with pytest.raises(UsageError, match=r"A \(a\) and B \(b\) can't be compared: they differ in scale \(x4, x2\)"):
        compare_all([[a, other]], load_catalog())


def test_a_setting_at_its_default_differs_from_another_whichever_comes_first(values):
    """Settings that protocols got later are left out of records at their defaults."""
    plain, grey = (
        replace(measured(name, values[name]), record=replace(measured(name, values[name]).record, protocol=settings))
        for name, settings in (("a", {"lr": "matlab"}), ("b", {"lr": "matlab", "grey": "keep"}))
    )
    for pair in ([[plain, grey]], [[grey, plain]]):
        with pytest.raises(UsageError, match=r"protocol: grey \((default, keep|keep, default)\)"):
            compare_all(pair, load_catalog())


def with_record(values, **changes):
    return replace(values, record=replace(values.record, **changes))


def test_pools_are_corrected_as_a_family_of_their_own(values):
    groups = [[measured(name, each, dataset) for name, each in values.items()] for dataset in ("x/set", "y/set")]
    pools = [each for each in compare_all(groups, load_catalog()) if each.dataset == ALL]
    low, high = sorted(pools, key=lambda each: each.test.p)
    assert low.p_holm == pytest.approx(min(1, 2 * low.test.p)) != low.test.p
    assert high.p_holm == pytest.approx(max(low.p_holm, high.test.p))


def test_a_pair_that_a_dataset_lacks_is_not_pooled(values):
    groups = [[measured(n, values[n], "x/set") for n in "abc"], [measured(n, values[n], "y/set") for n in "ab"]]
    assert [each.b for each in compare_all(groups, load_catalog()) if each.dataset == ALL] == ["b"]


def test_pools_have_an_lr_only_where_it_is_one(values):
    def group(dataset, lr):
        return [with_record(measured(n, values[n], dataset), lr=lr) for n in "ab"]

    from_files, mixed = (
        compare_all([group("x/set", "file"), group("y/set", lr)], load_catalog())[-1] for lr in ("file", "made")
    )
    assert (from_files.lr, mixed.lr) == ("file", "")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lr": "made"}, r"LR images \(file, made\)"),
        ({"dataset_fingerprint": "2" * 64}, r"the pixels of set \(another copy\)"),
    ],
)
def test_other_images_are_refused(values, changes, message):
    a, b = (with_record(measured(n, values[n]), lr="file", dataset_fingerprint="1" * 64) for n in "ab")
    compare_all([[a, b]], load_catalog())
    with pytest.raises(UsageError, match=message):
        compare_all([[a, with_record(b, **changes)]], load_catalog())


def test_other_names_are_refused(values):
    a, b = measured("a", values["a"]), measured("b", values["b"][:-1])
    with pytest.raises(UsageError, match=r"images \(image11 only in one\)"):
        compare_all([[a, b]], load_catalog())
