"""Pairs that don't lie on each other, in a training: left out, listed in its card, and part of its key."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from srbench.errors import UsageError
from srbench.imaging.image_io import read_image, write_png
from srbench.imaging.resize import imresize
from srbench.registry import Plugin
from srbench.training.storage.names import CARD

SCALES = 2, 3
"""Of the recipe `tiny`."""


@pytest.fixture
def pairs(photos, tmp_path):
    """`photos` with LR files at the recipe's scales; that of one image is shifted by three pixels."""
    for path in sorted(photos.iterdir()):
        hr = read_image(path)
        write_png(tmp_path / "pairs" / "HR" / path.name, hr)
        for scale in SCALES:
            lr = imresize(hr, 1 / scale)
            shifted = np.roll(lr, 3, axis=1) if path.stem == "image2" else lr
            write_png(tmp_path / "pairs" / "LR_bicubic" / f"X{scale:g}" / path.name, shifted)
    return tmp_path / "pairs"


def test_the_card_counts_and_lists_them(training, pairs):
    job = training.job("tiny", phase="l1", profile="demo")
    job = replace(job, recipe=replace(job.recipe, data=(str(pairs),)))
    filtered = replace(job, recipe=replace(job.recipe, least_correlation=0.9))
    assert filtered.key != job.key
    assert "least_correlation" not in job.identity
    card = json.loads((training(filtered).parent / CARD).read_text(encoding="utf-8"))
    (left_out,) = card["images"]["left_out"]
    assert left_out.startswith("image2 (correlation ")
    assert "image2" not in card["images"]["held_out"]
    assert card["images"]["trained_on"] + len(card["images"]["held_out"]) == 5
    assert card["trained_with"]["least_correlation"] == 0.9


@pytest.mark.parametrize("least", [1.5, "0.99", float("nan")])
def test_what_is_no_correlation_is_refused(tiny, training, least):
    recipe = tiny.recipes.get("tiny")
    tiny.recipes.add(replace(recipe, name="odd", least_correlation=least), Plugin("tiny"))
    with pytest.raises(UsageError, match=r"least_correlation is .*: expected a number from -1 to 1"):
        training.job("odd")


def test_lr_that_is_made_as_it_is_drawn_lies_on_hr(tiny, training):
    recipe = tiny.recipes.get("tiny-real")
    tiny.recipes.add(replace(recipe, name="odd", least_correlation=0.99), Plugin("tiny"))
    with pytest.raises(UsageError, match="in a recipe that is not online"):
        training.job("odd")
