"""One number from several trainings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.bench.results.over_seeds import over_seeds
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.stats.paired import bootstrap_interval

IMAGES = ("baby", "bird", "woman")


def record(seed, values, **fields):
    values = dict(zip(IMAGES, values, strict=True))
    finite = [value for value in values.values() if math.isfinite(value)]
    mean = sum(finite) / len(finite) if finite else None
    cell = Cell("m", "Set5", 4.0, "pcarn", "psnr", "quick", seed, f"key{seed}")
    return Record(cell, "ok", values, **{"value": mean, "interval": bootstrap_interval(finite)} | fields)


@pytest.mark.slow
@given(st.lists(st.lists(st.floats(10, 50), min_size=3, max_size=3), min_size=2, max_size=6))
def test_mean_and_deviation_are_numpys(values):
    found = over_seeds([record(seed, one) for seed, one in enumerate(values)])
    means = np.mean(values, axis=1)
    assert found.seeds == len(values)
    assert found.images_by_seed == tuple(map(tuple, values))
    assert found.value == pytest.approx(means.mean())
    assert found.deviation == pytest.approx(means.std(ddof=1), abs=1e-9)
    assert found.interval == pytest.approx(bootstrap_interval(np.mean(values, axis=0).tolist()))


def test_one_seed_is_its_record():
    only = record(0, (30.0, 31.0, 35.0))
    found = over_seeds([only])
    assert (found.value, found.seeds, found.deviation, found.interval) == (32.0, 1, None, only.interval)


def test_nothing_measured_is_nothing():
    assert over_seeds([]) is None
    assert over_seeds([record(0, (math.nan,) * 3)]) is None


def test_an_image_that_one_seed_lost_is_in_no_interval():
    found = over_seeds([record(0, (30.0, 31.0, math.nan)), record(1, (32.0, 33.0, 99.0))])
    assert found.interval == pytest.approx(bootstrap_interval([31.0, 32.0]))
