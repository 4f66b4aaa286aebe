"""One number from several trainings."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.bench.results.over_seeds import over_seeds
from srbench.catalog import load_catalog
from srbench.metrics.specs.fidelity import PSNR
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.stats.paired import bootstrap_interval

STANDARD = load_catalog().protocols.get("standard")
IMAGES = ("baby", "bird", "woman")


def summary(records):
    return over_seeds(records, PSNR, STANDARD)


def record(seed, values, **fields):
    values = dict(zip(IMAGES, values, strict=True))
    finite = [value for value in values.values() if math.isfinite(value)]
    mean = sum(finite) / len(finite) if finite else None
    cell = Cell("m", "Set5", 4.0, "pcarn", "psnr", "quick", seed, f"key{seed}")
    return Record(cell, "ok", values, **{"value": mean, "interval": bootstrap_interval(finite)} | fields)


@pytest.mark.slow
@given(st.lists(st.lists(st.floats(10, 50), min_size=3, max_size=3), min_size=2, max_size=6))
def test_mean_and_deviation_are_numpys(values):
    found = summary([record(seed, one) for seed, one in enumerate(values)])
    means = np.mean(values, axis=1)
    assert found.seeds == len(values)
    assert found.images_by_seed == tuple(map(tuple, values))
    assert found.value == pytest.approx(means.mean())
    assert found.deviation == pytest.approx(means.std(ddof=1), abs=1e-9)
    assert found.interval == pytest.approx(bootstrap_interval(np.mean(values, axis=0).tolist()))


def test_one_seed_is_its_record():
    only = record(0, (30.0, 31.0, 35.0))
    found = summary([only])
    assert (found.value, found.seeds, found.deviation, found.interval) == (32.0, 1, None, only.interval)


def test_nothing_measured_is_nothing():
    assert summary([]) is None
    assert summary([record(0, (math.nan,) * 3)]) is None


@pytest.mark.parametrize("lost", [math.nan, math.inf])
def test_an_image_that_one_seed_lost_counts_for_no_seed(lost):
    """Mean, deviation and interval are about the same images: 99 dB of the other seed are in none of them."""
    found = summary([record(0, (30.0, 31.0, lost)), record(1, (32.0, 33.0, 99.0))])
    assert found.interval == pytest.approx(bootstrap_interval([31.0, 32.0]))
    assert found.interval[0] <= found.value <= found.interval[1]
    assert (found.by_seed, found.value) == ((30.5, 32.5), 31.5)
    assert found.deviation == pytest.approx(math.sqrt(2))
    assert list(found.images) == ["baby", "bird"]


def test_seeds_without_a_common_image_keep_their_means():
    found = summary([record(0, (30.0, math.nan, math.nan)), record(1, (math.nan, 32.0, 34.0))])
    assert (found.by_seed, found.value, found.interval, found.images) == ((30.0, 33.0), 31.5, None, {})


def test_a_pooled_mean_is_pooled_for_each_seed():
    """The PSNR of the mean squared error, 10 dB a factor of ten: of 0.1 and 0.01 it is 0.055."""
    pooled = replace(STANDARD, aggregate="pooled")
    records = [record(seed, (10.0, 20.0, lost)) for seed, lost in enumerate((math.nan, 30.0))]
    found = over_seeds(records, PSNR, pooled)
    assert found.by_seed == pytest.approx([-10 * math.log10(0.055)] * 2)
    assert found.interval[0] <= found.value <= found.interval[1]
