"""Which SR file belongs to which HR image, by its name alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.data.sr_images.names import SrNames
from srbench.errors import DataError

FOLDER = Path("images/SAN/Set5/X4")
HR = {name: Path("HR") / f"{name}.png" for name in ("baby", "bird", "img_1", "img_10")}


def paired(*names, scale=4, stated=False, hr=None):
    files = [FOLDER / f"{name}.png" for name in names]
    return {hr: sr.stem for hr, sr in SrNames(scale, ["SAN"], stated=stated).pair(hr or HR, files, FOLDER).items()}


@pytest.mark.parametrize(
    "form",
    [
        *("{}", "{}x4", "{}_x4", "{}X4", "{}_4x", "{}-x4", "{}_SAN_x4", "{}_x4_SAN", "{}_san", "{}_SRF_4_SAN"),
        *("{}_HR_x4", "{}_x4_SR", "{}_SR", "{}.x4"),
    ],
)
def test_usual_forms(form):
    names = [form.format(name) for name in HR]
    assert paired(*names) == dict(zip(HR, names, strict=True))


@pytest.mark.parametrize(
    "name",
    [
        *("baby_x2", "babyx2", "baby_x40", "baby_x4.5", "baby_SRF_2_SAN", "baby_RCAN_x4", "baby_SANplus_x4", "baby_HR"),
        *("baby_LR", "baby_SRF_4_HR", "babySAN", "baby_4", "baby2"),
    ],
)
def test_other_scales_methods_and_roles_are_no_match(name):
    assert not SrNames(4, ["SAN"]).accept(name, "baby")


def test_the_scale_may_have_decimals():
    assert SrNames(2.5).accept("baby_x2.5", "baby")
    assert not SrNames(2).accept("baby_x2.5", "baby")
    assert not SrNames(2.5).accept("baby_x205", "baby")


def test_a_file_among_several_scales_has_to_state_its_own():
    files = ["baby_x2", "baby_x4", "bird_x4", "img_1_x4", "img_10_x4", "bird_x2"]
    assert paired(*files, stated=True) == {name: f"{name}_x4" for name in HR}
    with pytest.raises(DataError, match=r"HR/bird\.png: no SR image .* \(only bird\.png\)"):
        paired("baby_x4", "bird", "img_1_x4", "img_10_x4", stated=True)


def test_other_methods_in_the_folder_are_left_out():
    mixed = [f"{name}_{method}" for name in HR for method in ("SAN", "HR", "LR", "bicubic", "SRGAN-VGG54")]
    assert paired(*mixed) == {name: f"{name}_SAN" for name in HR}


def test_hr_images_may_have_a_suffix_of_their_own():
    hr = {f"{name}_HR_x4": path for name, path in HR.items()}
    assert paired(*(f"{name}_SAN_x4" for name in HR), hr=hr) == {f"{name}_HR_x4": f"{name}_SAN_x4" for name in HR}
    hr = {f"{name}_HR": path for name, path in HR.items()}
    assert paired(*HR, hr=hr) == {f"{name}_HR": name for name in HR}


def test_a_missing_image_is_named_with_its_folder_and_what_looks_like_it():
    with pytest.raises(DataError, match=r"HR/bird\.png: no SR image of this name in images/SAN/Set5/X4; add bird\.png"):
        paired("baby", "img_1", "img_10")
    with pytest.raises(DataError, match=r"HR/bird\.png: .*\(only bird_RCAN\.png, bird_x2\.png\)"):
        paired("baby", "img_1", "img_10", "bird_x2", "bird_RCAN")


def test_two_files_of_one_image_are_both_named():
    with pytest.raises(DataError, match=r"HR/bird\.png: 2 SR images, .*X4/bird\.png and .*X4/bird_x4\.png"):
        paired("baby", "bird", "bird_x4", "img_1", "img_10")


def test_a_file_that_fits_two_images_belongs_to_the_nearer():
    hr = {**HR, "baby_SAN": Path("HR/baby_SAN.png")}
    with pytest.raises(DataError, match=r"HR/baby\.png: no SR image of this name .*\(only baby_SAN\.png\)"):
        paired("baby_SAN", "bird", "img_1", "img_10", hr=hr)


def test_a_file_that_fits_two_images_equally_is_named_with_both():
    hr = {"baby_HR": Path("HR/baby_HR.png"), "baby_GT": Path("HR/baby_GT.png")}
    with pytest.raises(DataError, match=r"baby_SAN\.png: its name fits HR/baby_HR\.png and HR/baby_GT\.png"):
        paired("baby_SAN", hr=hr)


def test_a_file_of_another_image_is_named():
    with pytest.raises(DataError, match=r"X4/woman\.png: no HR image of this name beside HR/baby\.png"):
        paired(*HR, "woman")


NAMES = st.text("abcXx4_1-", min_size=1, max_size=6)


@given(NAMES, st.sampled_from(["", "x4", "_x4", "_SAN_x4", "_SRF_4_SAN", "_HR_x4"]))
def test_a_name_with_a_known_suffix_always_matches_itself(name, suffix):
    assert SrNames(4, ["SAN"]).accept(name + suffix, name)


@given(st.sets(st.integers(0, 999).map(str), min_size=1, max_size=20), st.sampled_from(["", "x4", "_SAN"]))
def test_numbers_never_get_mixed_up(names, suffix):
    hr = {name: Path("HR") / f"{name}.png" for name in sorted(names)}
    assert paired(*(name + suffix for name in names), hr=hr) == {name: name + suffix for name in names}
