from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.datasets.known import DATASETS
from srbench.data.datasets.pairs import hr_side, load_pair, lr_side
from srbench.errors import DataError
from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize

SPECS = {spec.name: spec for spec in DATASETS}


def pairs(dataset, scale, mode="matlab-uint8"):
    return [load_pair(files, scale, mode, dataset) for files in dataset.images]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Set5", "Set14"])
@pytest.mark.parametrize("scale", [2.0, 3.0, 4.0])
def test_made_lr_is_the_edsr_packs_lr_to_the_bit(shared, name, scale):
    brought = DatasetFinder([shared]).find(SPECS[name])
    hr_only = open_folder(shared / "data" / name / "HR")
    for ours, theirs in zip(pairs(hr_only, scale), pairs(brought, scale), strict=True):
        assert (ours.name, ours.lr_source, theirs.lr_source) == (theirs.name, "made:matlab-uint8", "file")
        np.testing.assert_array_equal(ours.lr, theirs.lr)
        np.testing.assert_array_equal(ours.hr, theirs.hr)


@pytest.mark.parametrize("scale", [2.0, 3.0, 4.0])
def test_lr_of_another_mode_is_made_and_is_selfexsrs_to_the_bit(shared, scale):
    for pair in pairs(DatasetFinder([shared]).find(SPECS["Set5"]), scale, "matlab-uint8-replicate"):
        assert pair.lr_source == "made:matlab-uint8-replicate"
        theirs = read_image(shared / "fixtures" / "selfexsr_set5_lr" / f"X{scale:g}" / f"{pair.name}.png")
        np.testing.assert_array_equal(pair.lr, theirs)


def test_grey_stays_grey(shared):
    bridge = next(pair for pair in pairs(DatasetFinder([shared]).find(SPECS["Set14"]), 4.0) if pair.name == "bridge")
    assert (bridge.lr.shape, bridge.hr.shape) == ((128, 128), (512, 512))


def test_hr_is_cropped_at_its_right_and_bottom(save, photograph):
    hr = photograph[:101, :83]
    save("set/HR/a.png", hr)
    (pair,) = pairs(open_folder(save("set/HR/a.png", hr).parents[1]), 3.0)
    np.testing.assert_array_equal(pair.hr, hr[:99, :81])
    assert pair.lr.shape == (33, 27, 3)


def test_selfexsr_layout_takes_the_hr_of_its_scale(save, photograph):
    for scale in (2, 3):
        hr = photograph[: 100 // scale * scale, : 110 // scale * scale]
        path = save(f"set/image_SRF_{scale}/img_001_SRF_{scale}_HR.png", hr)
        lr = imresize(hr, 1 / scale, mode="matlab-uint8-replicate")
        save(f"set/image_SRF_{scale}/img_001_SRF_{scale}_LR.png", lr)
    dataset = open_folder(path.parents[1])
    (pair,) = pairs(dataset, 3.0, "matlab-uint8-replicate")
    assert (pair.lr_source, pair.hr.shape) == ("file", (99, 108, 3))
    assert pairs(dataset, 2.0)[0].lr_source == "made:matlab-uint8"


def test_real_pairs_are_taken_as_they_are(shared):
    dataset = open_folder(shared / "data" / "RealSR-sample")
    pair = load_pair(dataset.images[0], 4.0, "matlab-uint8", dataset)
    assert pair.lr_source == "file"
    assert pair.lr.shape == pair.hr.shape == (1000, 1800, 3)


def refused(dataset, scale, *words):
    with pytest.raises(DataError) as error:
        pairs(dataset, scale)
    text = str(error.value)
    assert "\n" not in text
    for word in words:
        assert word in text


def test_size_mismatch_names_both_files_and_sizes(save, photograph):
    lr = save("set/LR_bicubic/X4/ax4.png", photograph[:31, :25])
    hr = save("set/HR/a.png", photograph[:121, :100])
    refused(open_folder(hr.parents[1]), 4.0, f"{lr}: 25x31", f"{hr}, 100x120", "at scale 4 expected 25x30")


def test_real_pair_of_unequal_size(save, photograph):
    lr, hr = save("set/LR/a.png", photograph[::4, ::4]), save("set/HR/a.png", photograph)
    refused(open_folder(hr.parents[1]), 4.0, f"{lr}: 45x30", f"{hr}, 180x120", "LR_bicubic/X2/")


def test_lr_of_another_image_is_refused_where_its_origin_is_known(save, photograph):
    for name, image in (("a", photograph), ("b", photograph[::-1])):
        save(f"set/HR/{name}.png", image)
        save(f"set/LR_bicubic/X2/{name}x2.png", imresize(photograph, 0.5))
    folder = save("set/HR/a.png", photograph).parents[1]
    refused(open_folder(folder, SPECS["Set5"]), 2.0, "bx2.png", "what matlab-uint8 makes of", "b.png")
    assert [pair.lr_source for pair in pairs(open_folder(folder), 2.0)] == ["file", "file"]


def test_image_smaller_than_one_lr_pixel(save, photograph):
    folder = save("set/a.png", photograph[:3, :50]).parent
    refused(open_folder(folder), 4.0, "a.png: 50x3 is too small for scale 4")


scales = st.one_of(st.integers(1, 8).map(float), st.integers(100, 800).map(lambda hundredths: hundredths / 100))


@given(st.integers(1, 4000), scales)
def test_crop_never_exceeds_the_image_and_loses_less_than_one_lr_pixel(side, scale):
    lr = lr_side(side, scale)
    assert hr_side(lr, scale) <= side
    assert side - lr * scale < scale


@given(st.integers(1, 4000), st.integers(1, 8))
def test_whole_scales_crop_to_a_multiple(side, scale):
    assert hr_side(lr_side(side, float(scale)), float(scale)) == side - side % scale


@given(st.integers(1, 900), st.integers(11, 39))
def test_real_scales_that_divide_lose_nothing(lr, tenths):
    if lr * tenths % 10 == 0:
        assert lr_side(lr * tenths // 10, tenths / 10) == lr
