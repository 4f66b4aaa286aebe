"""In which folder the SR images of a dataset at a scale are found."""

from __future__ import annotations

import numpy as np
import pytest

from srbench import ImagesSpec
from srbench.data.sr_images.folders import find_sr_folder, sr_folders
from srbench.errors import DataError

SAN = ImagesSpec("san-images", "SAN", "https://example.org", "", "", aliases=("SAN-net",))
B100 = ("B100", "BSD100", "BSDS100")
PIXELS = np.zeros((4, 4, 3), np.uint8)


@pytest.fixture
def at(save, tmp_path):
    """``at("SAN/Set5/X4")``: a folder with an image, under ``images/``; returns the folder."""

    def make(folder, name="a"):
        return save(f"images/{folder}/{name}.png", PIXELS).parent

    return make


@pytest.mark.parametrize(
    "folder",
    [
        *("SAN/B100/X4", "san/b100/x4", "SAN/BSD100/4x", "SAN/x4/BSDS100", "SAN/B100/SRF_4", "SAN/B100/image_SRF_4"),
        *("SAN/B100/4", "SAN/B100_x4", "SAN/B100-X4", "SAN/SR/BI/SAN/B100/x4", "SAN-net/B100/X4", "SAN/B100/scale_4"),
    ],
)
def test_usual_layouts(at, folder, tmp_path):
    path = at(folder)
    found = find_sr_folder(SAN, B100, 4, [tmp_path])
    assert found
    assert (found.path, found.scale) == (path, 4)
    assert find_sr_folder(SAN, B100, 2, [tmp_path]) is None
    assert find_sr_folder(SAN, ("Set5",), 4, [tmp_path]) is None


@pytest.mark.parametrize(
    "folder", ["RCAN/B100/X4", "SAN/BD/B100/X4", "SAN/SR/BI/SANplus/B100/x4", "SAN/HR/B100/x4", "X4"]
)
def test_other_methods_and_degradations_are_not_taken(at, folder, tmp_path):
    at(folder)
    assert find_sr_folder(SAN, B100, 4, [tmp_path]) is None


def test_several_scales_in_one_folder_are_told_apart_by_the_files(at, tmp_path):
    at("SAN/B100", "a_x2")
    path = at("SAN/B100", "a_x4")
    for scale in (2, 4):
        found = find_sr_folder(SAN, B100, scale, [tmp_path])
        assert found
        assert (found.path, found.scale) == (path, None)
    assert find_sr_folder(SAN, B100, 3, [tmp_path]) is None


def test_where_there_is_only_one_scale_nothing_has_to_state_it(at, tmp_path):
    only = ImagesSpec("srgan-images", "SRGAN", "", "", "", scales=(4.0,))
    path = at("SRGAN/Set5", "a_SRGAN")
    found = find_sr_folder(only, ("Set5",), 4, [tmp_path])
    assert found
    assert (found.path, found.scale) == (path, 4)
    assert find_sr_folder(only, ("Set5",), 2, [tmp_path]) is None


def test_two_folders_of_the_same_images_are_both_named(at, tmp_path):
    at("SAN/B100/X4")
    at("SAN/BSD100/x4")
    with pytest.raises(DataError, match=r"SAN/B100/X4: .*SAN/BSD100/x4 has the same SR images; keep one"):
        find_sr_folder(SAN, B100, 4, [tmp_path])


def test_the_first_root_wins(at, tmp_path, save):
    at("SAN/B100/X4")
    other = save("second/images/SAN/B100/X4/a.png", PIXELS).parent
    second = tmp_path / "second"
    assert find_sr_folder(SAN, B100, 4, [second, tmp_path]).path == other
    assert find_sr_folder(SAN, B100, 4, [tmp_path / "absent", tmp_path]).path == tmp_path / "images/SAN/B100/X4"


def test_all_folders_are_listed_and_empty_ones_left_out(at, tmp_path):
    at("SAN/Set5/X4")
    at("SAN/Set5/X2")
    (tmp_path / "images" / "SAN" / "Set14" / "X4").mkdir(parents=True)
    assert [(folder.dataset, folder.scale) for folder in sr_folders(SAN, [tmp_path])] == [("Set5", 2), ("Set5", 4)]
