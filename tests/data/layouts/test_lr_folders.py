"""Which folders of LR images are used, and that the others are named."""

from __future__ import annotations

import pytest

from srbench.data.datasets.finder import open_folder
from srbench.data.layouts.detect import read_layout
from srbench.errors import DataError
from srbench.specs.dataset import DatasetSpec


def lr(layout):
    """The LR files of the first image by scale, from the dataset's folder."""
    image = layout.images[0]
    root = next(parent for parent in image.hr.parents if parent.name == "set")
    return {scale: str(path.relative_to(root)) for scale, path in image.lr.items()}


@pytest.mark.parametrize(
    "file",
    [
        *("LR_bicubic_X4/a.png", "LRx4/a.png", "LR_x4/ax4.png", "LRbicx4/a.png", "lr_x4/a_x4.png", "LR4/a.png"),
        *("LR_unknown/X4/ax4.png", "LR_mild/ax4m.png", "LRBI/x4/a_LRBI_x4.png", "LR_BD/4/a.png", "LQ/X4/a.png"),
        *("LR_bicubic/ax4.png", "LR/ax4.png", "LR_bicubic/x4/a-x4.png", "LR_bicubic/4x/a.png"),
        *("LR_bicubic/X4/a_lowres.png", "LR_bicubic/X4/A.PNG"),
    ],
)
def test_the_only_lr_folder_is_used(folder, file):
    layout = read_layout(folder("HR/a.png", file))
    assert lr(layout) == {4.0: file}
    assert not layout.equal_size


@pytest.mark.parametrize("hr", ["GT/a.png", "GTmod12/a.png", "hr/a.png", "a.png", "val_HR/a.png"])
def test_hr_folders_of_other_names(folder, hr):
    prefix = "val_" if hr.startswith("val_") else ""
    assert lr(read_layout(folder(hr, f"{prefix}LRbicx4/a.png"))) == {4.0: f"{prefix}LRbicx4/a.png"}


def test_div2k_without_its_bicubic_part(folder):
    layout = read_layout(
        folder(
            *("DIV2K_valid_HR/0801.png", "DIV2K_valid_HR/0802.png", "DIV2K_train_LR_unknown/X4/0001x4.png"),
            *("DIV2K_valid_LR_unknown/X4/0801x4.png", "DIV2K_valid_LR_unknown/X4/0802x4.png"),
            *("DIV2K_valid_LR_x8/0801x8.png", "DIV2K_valid_LR_x8/0802x8.png"),
        )
    )
    assert lr(layout) == {4.0: "DIV2K_valid_LR_unknown/X4/0801x4.png", 8.0: "DIV2K_valid_LR_x8/0801x8.png"}
    assert layout.lr_folders == {4.0: "DIV2K_valid_LR_unknown/X4", 8.0: "DIV2K_valid_LR_x8"}
    assert not layout.remarks


@pytest.mark.parametrize("names", [("DIV2K",), ("DIV2K_valid",)])
def test_lr_folders_belong_to_the_hr_folder_with_the_longest_prefix(folder, names):
    path = folder("DIV2K_HR/a.png", "DIV2K_LR_x2/a.png", "DIV2K_valid_HR/b.png", "DIV2K_valid_LR_bicubic/X4/b.png")
    layout = read_layout(path, names)
    expected = {2.0: "DIV2K_LR_x2/a.png"} if names == ("DIV2K",) else {4.0: "DIV2K_valid_LR_bicubic/X4/b.png"}
    assert lr(layout) == expected
    assert not layout.remarks


def test_bicubic_lr_comes_first_and_the_other_is_named(folder):
    dataset = open_folder(folder("HR/a.png", "LR_bicubic/X4/a.png", "LR_unknown/X4/a.png", "LR_unknown/X2/a.png"))
    assert dataset.images[0].lr[4.0].parts[-3] == "LR_bicubic"
    assert dataset.remarks_at(4.0, "file") == ("LR_unknown/X4 is there and not used: other LR images are",)
    assert dataset.remarks_at(2.0, "file") == ("LR from LR_unknown/X2",)
    assert dataset.remarks_at(2.0, "made:matlab-uint8") == (
        "LR_unknown/X2 is there and not used: the protocol makes LR",
    )
    assert dataset.remarks_at(3.0, "made:matlab-uint8") == ()


def test_two_folders_at_one_scale_are_named_and_not_used(folder):
    layout = read_layout(folder("HR/a.png", "LR_unknown/X4/a.png", "LR_mild/ax4m.png"))
    assert lr(layout) == {}
    assert layout.remarks == ((4.0, "LR_mild and LR_unknown/X4 are there and not used: keep one of them"),)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("LR_unknown/X4/b.png", "HR/a.png: no LR image in"),
        ("LR_unknown/a.png", "its scale is unknown"),
        ("LR_unknown/X4/a.npy", "HR/a.png: no LR image in"),
        ("LR_unknown/deeper/X4/a.png", "its scale is unknown"),
        ("LR_wild/X4/ax4w1.png", ""),
        ("X4/a.png", "if it holds LR images"),
        ("set_lr/X4/a.png", "if it holds LR images"),
        ("bicubic/X4/a.png", "if it holds LR images"),
        ("low_res/a.png", "if it holds LR images"),
        ("lr-folder-with-scale/hr/a.png", "it has HR images of its own; name this folder to measure on it"),
    ],
)
def test_a_folder_that_cannot_be_used_is_named_with_the_reason(folder, file, why):
    files = [file, file.replace("w1", "w2")] if "w1" in file else [file]
    layout = read_layout(folder("HR/a.png", *files))
    ((_, remark),) = layout.remarks
    assert remark.startswith(file.split("/")[0])
    assert "is there and not used: " in remark
    assert why in remark
    assert not lr(layout)


def test_a_registered_dataset_has_bicubic_lr_alone(folder):
    path = folder("HR/a.png", "LR_unknown/X4/a.png", "LR_bicubic_X2/a.png")
    dataset = open_folder(path, DatasetSpec("Mine", "test", licence="", paper=""))
    assert dataset.scales == (2.0,)
    assert "stands for bicubic LR" in " ".join(dataset.remarks_at(4.0))
    assert open_folder(path).scales == (2.0, 4.0)


def test_a_second_folder_of_one_scale_is_an_error(folder):
    with pytest.raises(DataError, match=r"a second folder of LR images at x4; keep one"):
        read_layout(folder("HR/a.png", "LR_bicubic/X4/a.png", "LR_bicubic/4x/a.png"))


def test_an_lr_file_of_another_scale_is_not_taken(folder):
    with pytest.raises(DataError, match=r"a.png: no LR image in .*ax2.png says x2, not x4"):
        read_layout(folder("HR/a.png", "LR_bicubic/X4/ax2.png"))


@pytest.mark.parametrize(
    ("files", "remark"),
    [
        (["HR/a.png", "HR/b.xcf", "HR/c.gif"], "HR: 2 files left out: b.xcf, c.gif"),
        (["a.png", "c.gif", "notes.txt", "LICENSE", ".hidden"], "set: 1 file left out: c.gif"),
        (["HR/a.png", "LR/a.png", "LR/a.gif"], "LR: 1 file left out: a.gif"),
        (["HR/a.png", "LR_bicubic/X4/a.png", "LR_bicubic/X4/b.gif"], "LR_bicubic/X4: 1 file left out: b.gif"),
        (["train/a.png", "test/b.png", "test/c.gif"], "test: 1 file left out: c.gif"),
    ],
)
def test_files_that_are_not_read_are_named(folder, files, remark):
    assert [text for _, text in read_layout(folder(*files)).remarks] == [remark]


def test_many_files_are_counted(folder):
    ((_, remark),) = read_layout(folder("a.png", *(f"{number}.gif" for number in range(8)))).remarks
    assert remark == "set: 8 files left out: 0.gif, 1.gif, 2.gif, 3.gif, 4.gif and 3 more"


def test_a_folder_of_unread_files_alone(folder):
    with pytest.raises(DataError, match=r"no images that can be read \(only a.gif\)"):
        read_layout(folder("a.gif"))


def test_accents_of_a_mac_s_archive(folder):
    (image,) = read_layout(folder("HR/cafe\u0301.png", "LR_bicubic/X4/caf\u00e9x4.png")).images
    assert image.name == "caf\u00e9"
    assert image.lr[4.0].stem == "caf\u00e9x4"


@pytest.mark.parametrize(
    ("hr", "file", "label"),
    [
        ("HR", "LR_unknown/X4/a.png", "LR_unknown/X4"),
        ("GT", "LQ/X4/a.png", "LQ/X4"),
        ("DIV2K_valid_HR", "DIV2K_valid_LR_bicubic/X4/ax4.png", "DIV2K_valid_LR_bicubic/X4"),
    ],
)
def test_lr_folders_beside_a_folder_of_hr_images_are_named(folder, hr, file, label):
    """Whoever names the folder of HR images alone gets LR made from them."""
    root = folder(f"{hr}/a.png", file, "DIV2K_train_HR/b.png", "DIV2K_train_LR_bicubic/X2/bx2.png")
    layout = read_layout(root / hr)
    assert lr(layout) == {}
    assert (4.0, f"{label} beside {hr} is not used: name {root} to use it") in layout.remarks
    assert "DIV2K_train" not in str(layout.remarks)
    assert read_layout(folder("loose/a.png") / "loose").remarks == ()
