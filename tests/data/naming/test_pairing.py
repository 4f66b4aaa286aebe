"""Names of SR, LR and HR files, as the codes of the field write them, and the laws of their pairing."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from srbench.data.naming.decorations import Decorations, folded, stated_scales
from srbench.data.naming.pairing import pair_by_template, pair_names

IMAGES = ("baby", "bird", "img_001", "img_101", "0801", "Pix01", "max2")


def paired(hr, others, scale=4.0, role="SR"):
    return pair_names(list(hr), list(others), Decorations(scale), role)


@pytest.mark.parametrize(
    ("hr", "other", "role"),
    [
        ("{}", "{}", "SR"),
        ("{}", "{}_x4_SR", "SR"),  # EDSR-PyTorch, save_results
        ("{}", "{}x4_SR", "SR"),
        ("{}_SRF_4_HR", "{}_SRF_4_HR", "SR"),  # CARN-pytorch, sample.py
        ("{}_SRF_4_HR", "{}_SRF_4_SR", "SR"),
        ("{}_HR_x4", "{}_SR_x4", "SR"),  # RCAN
        ("{}_HR", "{}_SR", "SR"),
        ("{}_GT", "{}", "SR"),
        ("{}", "{}__SR", "SR"),
        ("{}", "{}-4x", "SR"),
        ("{}", "{}.x4", "SR"),
        ("{}", "{}_SRx4", "SR"),
        ("{}", "{}x4", "LR"),  # DIV2K, EDSR's benchmark pack
        ("{}", "{}x4m", "LR"),  # DIV2K, track mild
        ("{}", "{}x4w", "LR"),  # DIV2K, track wild
        ("{}_HR_x4", "{}_LRBI_x4", "LR"),  # RCAN's test data
        ("{}", "{}_LRBIX4", "LR"),
        ("{}", "{}_bicLRx4", "LR"),  # BasicSR, generate_mod_LR_bic
        ("{}", "{}_bicubic_x4", "LR"),
        ("{}_SRF_4_HR", "{}_SRF_4_LR", "LR"),  # SelfExSR
        ("{}_HR", "{}_LR4", "LR"),  # RealSR
        ("{}_GTmod12", "{}_LRbicx4", "LR"),  # MMagic's and BasicSR's folders as suffixes
    ],
)
def test_known_decorations_need_no_word(hr, other, role):
    found = paired(map(hr.format, IMAGES), map(other.format, IMAGES), role=role)
    assert found.complete
    assert found.partners == {hr.format(name): other.format(name) for name in IMAGES}
    assert not found.affix
    assert not found.left_out


@pytest.mark.parametrize(
    ("hr", "other", "template"),
    [
        ("{}", "{}_SwinIR", "{}_SwinIR"),  # KAIR
        ("{}", "{}_out", "{}_out"),  # Real-ESRGAN
        ("{}", "{}_rlt", "{}_rlt"),  # ESRGAN
        ("{}", "{}x4_SwinIR", "{}x4_SwinIR"),  # SwinIR's script, on LR names of DIV2K
        ("{}", "{}_HAT_SRx4_ImageNet-pretrain", "{}_HAT_SRx4_ImageNet-pretrain"),  # HAT, as BasicSR names them
        ("{}", "{}_x4_RCAN", "{}_x4_RCAN"),
        ("{}", "{}.jpg_SwinIR", "{}.jpg_SwinIR"),
        ("{}", "SwinIR_{}", "SwinIR_{}"),
        ("{}_HR", "{}_SwinIR", "{}_SwinIR"),
        ("{}_original", "{}", "{}_original"),
    ],
)
@pytest.mark.parametrize("count", [1, len(IMAGES)])
def test_a_common_affix_is_taken_off_and_said(hr, other, template, count):
    names = IMAGES[:count]
    found = paired(map(hr.format, names), map(other.format, names))
    assert found.partners == {hr.format(name): other.format(name) for name in names}
    assert found.affix == template


@pytest.mark.parametrize(
    ("hr", "others"),
    [
        (["baby", "bird"], ["baby_x2", "bird_x2"]),  # another scale
        (["baby", "bird"], ["baby_x2_SR", "bird_x2_SR"]),
        (["0853"], ["0853x4_x2_SR"]),  # EDSR-PyTorch, issue 195
        (["baby", "bird"], ["baby_SwinIR_x2", "bird_SwinIR_x2"]),
        (["baby", "bird"], ["x2_baby", "x2_bird"]),
        (["img_1"], ["img_14x"]),  # a number goes on
        (["img_1"], ["img_1_2"]),  # may be another image
        (["baby"], ["babybird"]),
        (["1", "2"], ["11", "21"]),
        (["baby", "bird"], ["baby", "bird_SwinIR", "bird_x4"]),
        (["baby"], ["baby", "baby_x4"]),
        (["baby_HR", "baby_GT"], ["baby_SR"]),
        (["a", "b"], ["a_SR", "a_x4", "b_SR", "b_x4"]),  # either may be the SR image
        (["a"], ["a_x4_SR", "a_x4"]),
        (["a"], ["a-SR", "a_x4"]),
        (["fox", "foxx4"], ["foxx4", "foxx4_x4"]),  # the first could be of either
        (["Baby", "baby"], ["BABY", "baby_x4"]),
        (["baby"], []),
        ([], ["baby"]),
    ],
)
def test_no_match_that_is_not_certain(hr, others):
    assert not paired(hr, others).complete


def test_equal_names_come_first():
    for names in (("ex1", "ex2", "ex3"), ("box1", "box2"), ("a", "a_x4", "a_SR"), ("A", "a")):
        assert paired(names, reversed(names)).partners == {name: name for name in names}


def test_names_that_end_like_a_scale():
    assert paired(["fox", "foxx4"], ["foxx4", "foxx4x4"]).partners == {"fox": "foxx4", "foxx4": "foxx4x4"}


def test_each_name_goes_to_the_nearest():
    found = paired(["a", "a_SR", "b"], ["a", "a_SR_x4", "b_x4"])
    assert found.partners == {"a": "a", "a_SR": "a_SR_x4", "b": "b_x4"}


def test_other_roles_in_the_folder_are_left_out():
    folder = [f"{name}_x4_{role}" for name in IMAGES for role in ("SR", "LR", "HR")]
    found = paired(IMAGES, folder)
    assert found.partners == {name: f"{name}_x4_SR" for name in IMAGES}
    assert sorted(found.left_out) == sorted(name for name in folder if not name.endswith("SR"))
    plain_hr = paired([f"{name}_x4_{role}" for name in IMAGES for role in ("SR", "LR", "HR")], IMAGES)
    assert plain_hr.partners == {f"{name}_x4_HR": name for name in IMAGES}
    assert len(plain_hr.hr_left_out) == 2 * len(IMAGES)


def test_what_is_missing_and_what_is_surplus_is_named():
    found = paired(["a", "b", "c"], ["a_x4", "b", "d", "e"])
    assert (found.missing, found.surplus, found.clashes) == (("c",), ("d", "e"), ())


def test_several_files_for_an_image_are_all_named():
    (clash,) = paired(["a", "b"], ["a", "a_x4", "a_SR", "b"]).clashes
    assert (clash.names, clash.fits) == (("a", "a_x4", "a_SR"), ("a",))


@pytest.mark.parametrize("template", ["{}_SwinIR", "net-{}-y", "{}x2"])
def test_a_template_decides_alone(template):
    others = [*map(template.format, IMAGES), "another", template.format("woman")]
    found = pair_by_template(IMAGES, others, Decorations(4.0), template)
    assert found.complete
    assert found.partners == {name: template.format(name) for name in IMAGES}
    assert set(found.left_out) == {"another", template.format("woman")}


def test_a_template_without_its_file_is_incomplete():
    assert pair_by_template(["a", "b"], ["a_y", "b"], Decorations(4.0), "{}_y").missing == ("b",)


@pytest.mark.parametrize(
    ("name", "scales"),
    [
        ("baby_x4_SR", (4.0,)),
        ("0853x4_x2_SR", (2.0, 4.0)),
        ("img_001_SRF_3_LR", (3.0,)),
        ("v1.4x", (1.4,)),
        ("baby", ()),
        ("baby4", ()),
        ("babyx2.5", (2.5,)),
    ],
)
def test_scales_that_a_name_states(name, scales):
    assert stated_scales(name) == scales


WORD = st.text("abcABÄéß019", min_size=1, max_size=5)
NAMES = st.lists(WORD, min_size=1, max_size=8, unique_by=folded)
DECORATION = st.sampled_from(["x4", "_x4", "-4x", "_SR", "_SRF_4", "_LRBI_x4", "_x4_SR", "_SR_x4", "_bicubic"])


@given(NAMES, DECORATION, st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(names, suffix, chance):
    others = [name + suffix for name in names]
    expected = paired(names, others).partners
    assert expected == {name: name + suffix for name in names}
    shuffled, mixed = chance.sample(names, len(names)), chance.sample(others, len(others))
    assert paired(shuffled, mixed).partners == expected


@given(NAMES, st.lists(DECORATION, min_size=8, max_size=8))
def test_each_file_may_be_decorated_in_another_way(names, suffixes):
    others = [name + suffix for name, suffix in zip(names, suffixes, strict=False)]
    assert paired(names, others).partners == dict(zip(names, others, strict=True))


@given(NAMES, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["NFC", "NFD"]), DECORATION)
def test_the_normal_form_does_not_matter(names, form, other_form, suffix):
    hr = [unicodedata.normalize(form, name) for name in names]
    others = [unicodedata.normalize(other_form, name) + suffix for name in names]
    assert paired(hr, others).partners == dict(zip(hr, others, strict=True))


@given(NAMES, st.text("abcXYZ", min_size=1, max_size=5), st.booleans())
@example(["B"], "bX", True)
def test_any_common_suffix_or_prefix_keeps_the_pairs(names, word, before):
    others = [f"{word}_{name}" if before else f"{name}_{word}" for name in names]
    assert paired(names, others).partners == dict(zip(names, others, strict=True))


@given(st.lists(st.text("abx24_.-SRHLé", min_size=1, max_size=8), unique=True, max_size=8), st.data())
def test_every_name_is_accounted_for_once(names, data):
    others = data.draw(st.lists(st.text("abx24_.-SRHLé", min_size=1, max_size=8), unique=True, max_size=8))
    found = paired(names, others)
    clashing = [name for clash in found.clashes for name in clash.names]
    used = [*found.partners.values(), *found.surplus, *found.left_out, *clashing]
    assert sorted(used) == sorted(others)
    assert len(set(found.partners.values())) == len(found.partners)
    assert found.partners.keys().isdisjoint([*found.missing, *found.hr_left_out])
    if found.complete and names and others:
        assert {*found.partners, *found.hr_left_out} == set(names)


@given(st.text("abx24_.-SRé ", max_size=12))
def test_each_form_is_shorter_than_the_one_before(name):
    forms = [form.name for form in Decorations(4.0).forms(name)]
    assert forms[0] == folded(name)
    assert all(before.startswith(after) and len(after) < len(before) for before, after in pairwise(forms))


def test_many_names_take_time_in_proportion():
    """Counted, not timed: the forms of each name are taken a constant number of times."""

    class Counted(Decorations):
        calls = 0

        def forms(self, name):
            type(self).calls += 1
            return super().forms(name)

    counts = []
    for size in (100, 400):
        Counted.calls = 0
        names = [f"{number:04d}" for number in range(size)]
        others = [f"{name}{'_x4_SR' if number % 2 else 'x4'}" for number, name in enumerate(names)]
        assert pair_names(names, others, Counted(4.0), "SR").complete
        counts.append(Counted.calls)
    assert counts[1] == pytest.approx(4 * counts[0], rel=0.05)


def test_a_pairing_beside_equal_names_is_said():
    """``a_x4`` has an equal name, but only with the scale behind every name do all names fit."""
    found = paired(["a", "a_x4"], ["a_x4", "a_x4_x4"])
    assert (found.partners, found.affix) == ({"a": "a_x4", "a_x4": "a_x4_x4"}, "{}_x4")
    assert paired(["a", "b"], ["a_x4", "b_x4"]).affix == ""
