from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.data.image_files import natural_sort_key
from srbench.data.layouts.detect import read_layout
from srbench.errors import DataError


def names(layout):
    return [image.name for image in layout.images]


def refused(folder, *words, **options):
    with pytest.raises(DataError) as error:
        read_layout(folder, **options)
    text = str(error.value)
    assert "\n" not in text
    for word in words:
        assert word in text
    return text


@pytest.mark.parametrize("lr", ["LR_bicubic/X4/babyx4.png", "LR_bicubic/X4/baby.png", "LR/X4/babyx4.webp"])
def test_lr_by_scale_with_or_without_the_scale_in_its_name(folder, lr):
    (image,) = read_layout(folder("HR/baby.png", lr)).images
    assert image.name == "baby"
    assert image.lr == {4.0: image.hr.parents[1] / lr}


def test_every_scale_is_found_real_ones_too(folder):
    layout = read_layout(
        folder("HR/a.png", "LR_bicubic/X2/ax2.png", "LR_bicubic/X2.37/ax2.37.png", "LR_bicubic/x8/a.png")
    )
    assert list(layout.images[0].lr) == [2.0, 2.37, 8.0]
    assert not layout.equal_size


def test_an_hr_name_that_ends_like_a_scale_stays_whole(folder):
    layout = read_layout(folder("HR/fox.png", "HR/foxx2.png", "LR_bicubic/X2/foxx2.png", "LR_bicubic/X2/foxx2x2.png"))
    assert {image.name: image.lr[2.0].name for image in layout.images} == {"fox": "foxx2.png", "foxx2": "foxx2x2.png"}


def test_hr_only_and_other_files_beside(folder):
    layout = read_layout(folder("HR/b.png", "HR/a.JPG", "HR/._a.jpg", "HR/.DS_Store", "HR/readme.txt", "licence.txt"))
    assert names(layout) == ["a", "b"]
    assert all(not image.lr for image in layout.images)


def test_real_pairs_of_equal_size(folder):
    layout = read_layout(folder("HR/cam1_01.png", "LR/cam1_01.png"))
    assert layout.equal_size
    assert list(layout.images[0].lr) == [1.0]


def test_plain_folder_in_natural_order(folder):
    assert names(read_layout(folder("t10.bmp", "t2.tiff", "t1.webp"))) == ["t1", "t2", "t10"]


def test_train_and_test_are_one_set_and_val_stays_out(folder):
    assert names(read_layout(folder("train/2.jpg", "test/1.jpg", "val/101085.jpg"))) == ["1", "2"]


SELFEXSR = [
    f"image_SRF_{s}/img_00{i}_SRF_{s}_{role}.png" for s in (2, 4) for i in (1, 2) for role in ("HR", "LR", "A+")
]


def test_selfexsr_has_an_hr_file_a_scale(folder):
    layout = read_layout(folder(*SELFEXSR))
    assert names(layout) == ["img_001", "img_002"]
    assert layout.lr_mode == "matlab-uint8-replicate"
    image = layout.images[0]
    assert image.lr[4.0].name == "img_001_SRF_4_LR.png"
    assert image.hr_at(4.0).name == "img_001_SRF_4_HR.png"
    assert image.hr_at(3.0) == image.hr == image.hr_at(2.0)


def test_one_scale_of_selfexsr(folder):
    assert list(read_layout(folder(*SELFEXSR) / "image_SRF_4").images[0].lr) == [4.0]


def test_selfexsr_without_a_partner(folder):
    refused(folder("image_SRF_4/img_001_SRF_4_HR.png"), "img_001_SRF_4_HR.png: no LR image", "img_001_SRF_4_LR")
    refused(folder("image_SRF_2/img_003_SRF_2_LR.png") / "image_SRF_2", "img_003_SRF_2_LR.png: no HR image")


DIV2K = [
    *("DIV2K_train_HR/0001.png", "DIV2K_valid_HR/0801.png", "DIV2K_valid_LR_bicubic/X2/0801x2.png"),
    "DIV2K_valid_LR_unknown/X2/0801x2.png",
]


def test_div2k_as_it_is_distributed(folder):
    layout = read_layout(folder(*DIV2K), names=("DIV2K", "DIV2K_valid"))
    assert names(layout) == ["0801"]
    assert layout.images[0].lr[2.0].parts[-3] == "DIV2K_valid_LR_bicubic"


def test_which_part_of_div2k_must_be_said(folder):
    refused(folder(*DIV2K), "DIV2K_train_HR/, DIV2K_valid_HR/")
    refused(folder("DIV2K_train_HR/0001.png"), "DIV2K_train_HR/", names=("Other",))


def test_missing_lr_image(folder):
    text = refused(folder("HR/a.png", "HR/b.png", "LR_bicubic/X4/ax4.png"), "b.png: no LR image in", "bx4 or b (.png")
    assert re.search(r"LR_bicubic.X4", text)


def test_missing_hr_image(folder):
    refused(folder("HR/a.png", "LR_bicubic/X2/ax2.png", "LR_bicubic/X2/bx2.png"), "bx2.png: no HR image of this name")


@pytest.mark.parametrize("empty", ["notes.txt", "HR/notes.txt", "val/1.png"])
def test_empty_folder(folder, empty):
    refused(folder(empty), ": no images; put them here or in HR/ (.png,")


def test_no_folder(tmp_path):
    refused(tmp_path / "gone", "gone: no such folder")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["HR/a.png", "b.png"], "HR/ beside images of its own"),
        (["HR/a.png", "train/b.png"], "HR/ beside train/ or test/"),
        (["HR/a.png", "LR/a.png", "LR_bicubic/X2/a.png"], "LR/ beside LR_bicubic/"),
        (["HR/a.png", "LR_bicubic/a.png"], "its scale is unknown; move LR images to LR_bicubic/X2/"),
        (["Canon_001.png", "Canon_001_LR4.png"], "Canon_001_LR4.png: LR image in a folder of HR images"),
        (["HR/a.png", "HR/a.bmp"], "has the same name"),
        (["train/a.png", "test/a.png"], "has the same name"),
    ],
)
def test_mixed_layouts(folder, files, words):
    refused(folder(*files), words)


@given(st.lists(st.integers(0, 10**9), unique=True))
def test_numbers_sort_as_numbers(numbers):
    assert sorted((f"t{n}" for n in numbers), key=natural_sort_key) == [f"t{n}" for n in sorted(numbers)]


@given(st.lists(st.text(max_size=8)))
def test_any_names_can_be_sorted(texts):
    assert sorted(sorted(texts, key=natural_sort_key)) == sorted(texts)
