"""The protocol `ode-ivp`: sizes and PSNR of the printed bicubic row, and no other protocol changed."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from srbench_ode_ivp.protocol import ODE_IVP
from srbench_ode_ivp.recipes import SCALES

from srbench.catalog import load_catalog
from srbench.data.datasets.finder import open_folder
from srbench.data.datasets.pairs import load_pair
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.imaging.resize import imresize
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.specs.protocol import STANDARD

UNCHANGED = {"standard": "60b7680ee77d", "pcarn": "de207478f20d"}
LONG, SHORT = 481, 321
"""Sides of B100's photographs; many copies have a pixel less."""
MISPRINT = 3.3
TOLERANCE = 0.012
"""dB: the printed digit, and B100's copies that differ by a grey level."""


@pytest.fixture(scope="module")
def golden(shared):
    with (shared / "fixtures/golden/ode_ivp_bicubic_b100.csv").open(newline="") as file:
        return {float(row["scale"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def b100(shared):
    return open_folder(shared / "data" / "B100")


def test_other_protocols_are_as_they_were():
    protocols = load_catalog().protocols
    assert {name: protocols.get(name).hash for name in UNCHANGED} == UNCHANGED
    assert protocols.get("ode-ivp") == ODE_IVP
    assert ODE_IVP.hash not in UNCHANGED.values()


def test_sizes_at_all_30_scales(golden):
    assert list(golden) == list(SCALES)
    for scale, row in golden.items():
        for side, name in ((SHORT, "short"), (LONG, "long")):
            for pixels in (side, side - 1):
                lr = lr_side(pixels, scale, ODE_IVP.hr_crop)
                assert (lr, hr_side(lr, scale)) == (int(row[f"lr_{name}"]), int(row[f"hr_{name}"])), (scale, name)


@given(side=st.integers(50, 4000), scale=st.floats(1, 4.5))
def test_lr_sides_are_the_largest_tens_that_fit(side, scale):
    lr = lr_side(side, scale, ODE_IVP.hr_crop)
    assert lr % 10 == 0
    assert hr_side(lr, scale) <= side
    assert (lr + 10) * scale > side - side % 10 - 1e-6


@pytest.mark.parametrize("scale", [1.1, 2.4, 3.7])
def test_pairs_have_those_sizes(scale, golden, b100):
    pair = load_pair(b100.images[0], scale, ODE_IVP.lr, b100, ODE_IVP.hr_crop)
    row = golden[scale]
    assert sorted(pair.lr.shape[:2]) == [int(row["lr_short"]), int(row["lr_long"])]
    assert sorted(pair.hr.shape[:2]) == [int(row["hr_short"]), int(row["hr_long"])]


@pytest.mark.parametrize(("scale", "border"), [(1.1, 1), (1.9, 1), (2.0, 2), (2.37, 2), (3.9, 3), (1.1 + 0.1 * 29, 4)])
def test_the_border_is_the_scale_rounded_down(scale, border):
    assert ODE_IVP.crop_border(scale) == border
    assert STANDARD.crop_border(scale) == border + (scale - border > 1e-9)


def bicubic_psnr(b100, scale):
    """Mean over the dataset, of bicubic in the protocol's own mode, as `bicubic` is measured."""
    values = []
    for files in b100.images:
        pair = load_pair(files, scale, ODE_IVP.lr, b100, ODE_IVP.hr_crop)
        sr = imresize(pair.lr, scale, mode=ODE_IVP.lr, size=pair.hr.shape[:2])
        values.append(psnr(Sample(pair.name, sr, pair.hr, scale, ODE_IVP)))
    return float(np.mean(values))


@pytest.mark.slow
@pytest.mark.parametrize("scale", [3.2, *(pytest.param(scale, marks=pytest.mark.long) for scale in (2.4, 3.9))])
def test_the_printed_bicubic_row_comes_out(scale, golden, b100):
    assert len(b100.images) == 100
    assert bicubic_psnr(b100, scale) == pytest.approx(float(golden[scale]["published"]), abs=TOLERANCE)


@pytest.mark.slow
def test_the_misprint_is_ten_hundredths_off(golden, b100):
    measured = bicubic_psnr(b100, MISPRINT)
    assert measured == pytest.approx(float(golden[MISPRINT]["measured_shared_b100"]), abs=TOLERANCE)
    assert measured - float(golden[MISPRINT]["published"]) == pytest.approx(0.1, abs=TOLERANCE)
