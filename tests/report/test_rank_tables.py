"""Ranks of methods on the datasets that most of them have."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from srbench.metrics.specs import perceptual
from srbench.metrics.specs.fidelity import PSNR
from srbench.report.ranks.rank_tables import rank_tables
from srbench.specs.table import Column, Row

LPIPS = next(metric for metric in perceptual.METRICS if metric.name == "lpips")


def ranked(metric, values):
    def reported(method, dataset, value, images=1):
        entry = SimpleNamespace(
            metric=metric,
            column=Column(metric.name, dataset, 4.0),
            row=Row(method),
            images={f"image{number}": value for number in range(images)},
        )
        slot = SimpleNamespace(method=SimpleNamespace(name=method), protocol=SimpleNamespace(name="standard"))
        return SimpleNamespace(entry=entry, slot=slot, is_recorded=True)

    return rank_tables([SimpleNamespace(entries=[reported(*each) for each in values])])


@pytest.mark.parametrize(("metric", "first"), [(PSNR, "b"), (LPIPS, "a")])
def test_the_first_rank_is_the_best_by_the_metrics_direction(metric, first):
    (table,) = ranked(metric, [("a", "x", 0.1), ("b", "x", 0.2)])
    assert table["lines"][0]["method"] == first


@pytest.mark.parametrize(
    ("measured", "datasets"),
    [
        ("ax bx cx cy", ["x"]),  # three pairs, against two of c alone
        ("ax bx ay by cx", ["x", "y"]),  # four against three
        ("ax bx cx dx ay by", ["x", "y"]),  # four each: more datasets
        ("ax ay az at bx by", ["x", "y"]),  # those of a alone rank nobody
        ("ax ay bx bz cx ct", ["x"]),  # what the methods have in common is no method's whole
    ],
)
def test_ranked_datasets_are_those_with_the_most_pairs(measured, datasets):
    (table,) = ranked(PSNR, [(method, dataset, ord(method)) for method, dataset in measured.split()])
    assert table["datasets"] == datasets
    assert len(table["lines"]) >= 2


def test_of_equal_choices_the_one_with_more_images_is_ranked():
    """RealSR-sample's name comes after Real-like's, and has fewer images."""

    measured = [("a", "Real-like", 1.0, 3), ("b", "Real-like", 2.0, 3), ("a", "RealSR-sample", 1.0, 2)]
    measured += [("c", "RealSR-sample", 2.0, 2)]
    (table,) = ranked(PSNR, measured)
    assert (table["datasets"], table["images"]) == (["Real-like"], 3)


def test_methods_without_a_common_dataset_are_not_ranked():
    assert ranked(PSNR, [("a", "x", 1.0), ("b", "y", 2.0)]) == []
