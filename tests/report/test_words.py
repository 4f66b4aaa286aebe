"""What a page says about a protocol."""

from __future__ import annotations

from typing import get_args

import pytest

from srbench.catalog import load_catalog
from srbench.report.words import RESIZES, protocol_words
from srbench.specs.protocol import STANDARD, ResizeMode


@pytest.mark.parametrize(
    ("change", "scale", "words"),
    [
        ({}, 4.0, "a border of 4 pixels cropped"),
        ({}, 1.1, "a border of 2 pixels cropped"),
        ({"crop_down": True}, 1.1, "a border of 1 pixel cropped"),
        ({"crop_scale": 0.0, "crop_extra": 6}, 2.0, "a border of 6 pixels cropped"),
        ({"hr_crop": "tens"}, 2.0, "HR cropped so that the sides of LR are multiples of ten"),
        ({"colour": "y-full"}, 2.0, "compared on Y of YCbCr (BT.601) stretched to [0, 255]"),
        ({"quantise": "truncate"}, 2.0, "SR cut off to whole grey levels"),
        ({"aggregate": "pooled"}, 2.0, "squared error averaged over all images"),
    ],
)
def test_each_setting_in_words(change, scale, words):
    assert words in protocol_words(STANDARD.but(**change).identity(), scale).split("; ")


def test_every_protocol_has_words_and_every_resize_its_own():
    for protocol in load_catalog().protocols:
        words = protocol_words(protocol.identity(), 2.0)
        assert RESIZES[protocol.lr] in words
        assert protocol.colour not in words.split()
    assert set(RESIZES) == set(get_args(ResizeMode))
    assert len(set(RESIZES.values())) == len(RESIZES)


def test_settings_of_another_version_are_shown_as_they_are():
    assert protocol_words({"lr": "matlab-uint8", "gamma": 2}, 2.0) == "lr matlab-uint8; gamma 2"
    assert protocol_words({**STANDARD.identity(), "quantise": "floor"}, 2.0).startswith(
        "lr matlab-uint8; quantise floor;"
    )
    assert protocol_words({}, None) == ""
