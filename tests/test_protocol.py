"""Protocols are values: equal fields, equal hash."""

from __future__ import annotations

import dataclasses

import pytest

from srbench.catalog import load_catalog
from srbench.specs.protocol import MATLAB, PCARN, STANDARD, Protocol


def test_hash_depends_on_what_is_measured_and_not_on_names():
    assert Protocol("other", description="words").hash == STANDARD.hash
    hashes = {protocol.hash for protocol in load_catalog().protocols}
    assert len(hashes) == len(load_catalog().protocols)


def test_every_field_is_in_the_hash():
    changes = {
        "lr": "matlab-double",
        "quantise": "truncate",
        "colour": "rgb",
        "round_y": True,
        "crop_scale": 0.0,
        "crop_extra": 6,
        "aggregate": "pooled",
    }
    changes |= {"crop_down": True, "hr_crop": "tens", "round_lr": False, "luma_lr": True, "grey": "keep"}
    assert set(changes) == {field.name for field in dataclasses.fields(Protocol)} - {"name", "description"}
    for field, value in changes.items():
        assert STANDARD.but(**{field: value}).hash != STANDARD.hash, field


def test_pcarn_is_matlab_truncated():
    assert MATLAB.but(quantise="truncate").hash == PCARN.hash
    assert MATLAB.but(quantise="truncate").name == "matlab+quantise=truncate"


@pytest.mark.parametrize(("scale", "border"), [(2, 2), (3.0, 3), (4, 4), (1.1 + 0.1 * 9, 2), (2.37, 3)])
def test_border_is_the_scale_rounded_up(scale, border):
    assert STANDARD.crop_border(scale) == border
