"""Training sets that store only HR and make LR at any real scale."""

from __future__ import annotations

import math

import numpy as np
import pytest

from srbench.catalog import Catalog
from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.datasets.pairs import load_pair
from srbench.data.training_set import decode
from srbench.data.training_set.training_set import load_training_set, split
from srbench.errors import DataError, UsageError

SCALES = (1.1, 2.37, 4.0)


def load(folder, scales=SCALES, patch=16, lr_mode="matlab-uint8", **options):
    options = {"scales": scales, "patch": patch, "lr_mode": lr_mode, "online": True} | options
    return load_training_set([str(folder)], DatasetFinder((), Catalog().datasets), **options)


@pytest.fixture
def folder(save, photograph):
    """Three photographs of different sizes, one of them grey."""
    save("set/a.png", photograph)
    save("set/b.png", photograph[:75, :101])
    return save("set/c.png", photograph[:90, :91, 1]).parent


@pytest.mark.parametrize("mode", ["matlab-uint8", "matlab-uint8-replicate", "matlab-double"])
def test_images_are_those_of_load_pair(folder, mode):
    training, dataset = load(folder, lr_mode=mode), open_folder(folder)
    for index, files in enumerate(dataset.images):
        for scale in SCALES:
            pair = load_pair(files, scale, mode, dataset)
            lr, hr = (image if image.ndim == 3 else image[..., None].repeat(3, axis=2) for image in (pair.lr, pair.hr))
            np.testing.assert_array_equal(training.lr(index, scale), lr)
            np.testing.assert_array_equal(training.hr(index, scale), hr)


def test_a_part_of_it_is_online_too(folder):
    training = load(folder)
    _, held_out = split(training, 1)
    np.testing.assert_array_equal(held_out.lr(0, 2.37), training.lr(1, 2.37))


def test_thirty_scales_keep_no_more_than_hr(folder):
    training = load(folder, [tenths / 10 for tenths in range(11, 41)])
    assert len(training.pixels) <= 120 * 180 + 75 * 101 + 90 * 91
    assert load(folder, (2.0, 4.0)).fingerprint != load(folder, (2.0, 4.0), online=False).fingerprint


def test_lr_files_are_not_used_online(save, photograph):
    save("real/LR_bicubic/X2/a.png", np.zeros((60, 90, 3), np.uint8))
    root = save("real/HR/a.png", photograph).parents[1]
    assert not load(root, (2.0,), online=False).lr(0, 2.0).any()
    assert load(root, (2.0,)).lr(0, 2.0).any()


def test_images_smaller_than_the_patch_are_left_out_and_named(folder):
    training = load(folder, patch=80)
    assert (training.names, training.left_out) == (("a", "c"), ("b (101x75, smaller than the patch)",))
    with pytest.raises(DataError, match="patch of 130 HR pixels, the largest is 180x120"):
        load(folder, patch=130)


def test_mapped_images_are_those_in_memory_and_are_found_again(folder, tmp_path, monkeypatch):
    kept, cache = load(folder), tmp_path / "cache"
    mapped = load(folder, memory_limit=0, cache=cache)
    load(folder, (2.0, 4.0), memory_limit=0, cache=cache, online=False)
    monkeypatch.setattr(decode, "read_image", None)
    found = load(folder, memory_limit=0, cache=cache)
    for images in (mapped, found):
        assert (images.fingerprint, images.online) == (kept.fingerprint, "matlab-uint8")
        np.testing.assert_array_equal(images.pixels, kept.pixels)
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("scale", [1, 0.5, 0, -2, math.nan, math.inf])
def test_scales_that_patches_cannot_be_made_at(folder, scale):
    with pytest.raises(UsageError, match="choose scales above 1"):
        load(folder, (2.37, scale))


def test_real_scales_without_it_are_pointed_to_it(folder):
    with pytest.raises(UsageError, match=r"x2\.37.*any scale above 1 in an online recipe"):
        load(folder, (2.0, 2.37), online=False)


def test_pairs_of_equal_size_have_an_lr_of_their_own(save, photograph):
    save("real/LR/a.png", photograph // 2)
    root = save("real/HR/a.png", photograph).parents[1]
    with pytest.raises(UsageError, match="real: has LR images of HR's size"):
        load(root, (2.37,))
