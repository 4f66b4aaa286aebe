from __future__ import annotations

import math
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from srbench.catalog import Catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.datasets.known import DATASETS
from srbench.data.training_set import decode, pixel_store
from srbench.data.training_set.training_set import TrainingSet, load_training_set, split
from srbench.errors import DataError, SrbenchError, UnknownName, UsageError
from srbench.imaging.resize import imresize
from srbench.registry import Plugin

CATALOG = Catalog()
for spec in DATASETS:
    CATALOG.datasets.add(spec, Plugin("builtin"), spec.aliases)


def load(*sources, roots=(), scales=(2,), patch=8, **options):
    options.setdefault("lr_mode", "matlab-uint8")
    return load_training_set(
        [str(source) for source in sources],
        DatasetFinder(roots, CATALOG.datasets),
        scales=scales,
        patch=patch,
        **options,
    )


def refused(*sources, error=DataError, says, **options):
    with pytest.raises(error) as caught:
        load(*sources, **options)
    text = str(caught.value)
    assert "\n" not in text
    for word in says:
        assert word in text
    return text


@pytest.fixture
def folder(save, photograph):
    """Three photographs of different sizes, one of them grey."""
    save("set/a.png", photograph)
    save("set/b.png", photograph[:75, :101])
    return save("set/c.png", photograph[:90, :91, 1]).parent


def same(one, other):
    assert (one.names, one.scales, one.fingerprint) == (other.names, other.scales, other.fingerprint)
    for index in range(len(one)):
        for scale in one.scales:
            np.testing.assert_array_equal(one.lr(index, scale), other.lr(index, scale))
            np.testing.assert_array_equal(one.hr(index, scale), other.hr(index, scale))


def test_files_left_out_are_a_warning(save, photograph, folder):
    (folder / "d.gif").touch()
    with pytest.warns(UserWarning, match=r"^set: set: 1 file left out: d\.gif$"):
        load(folder)
    save("pairs/HR/a.png", photograph)
    lr = imresize(photograph, 1 / 2, mode="matlab-uint8").astype(np.uint8)
    pairs = save("pairs/LR_unknown/X2/ax2.png", lr).parents[2]
    with pytest.warns(UserWarning, match=r"^pairs: LR from LR_unknown/X2$"):
        load(pairs)


# Pixels


@pytest.mark.parametrize("source", ["Set5", "Set5/HR"])
def test_lr_is_the_edsr_packs_to_the_bit_and_hr_its_crop(shared, source):
    training = load(source, roots=[shared], scales=(2, 3, 4), patch=48)
    assert training.names == ("baby", "bird", "butterfly", "head", "woman")
    for index, name in enumerate(training.names):
        original = np.asarray(Image.open(shared / "data" / "Set5" / "HR" / f"{name}.png").convert("RGB"))
        for scale in (2, 3, 4):
            file = next((shared / "data" / "Set5" / "LR_bicubic" / f"X{scale}").glob(f"{name}*.png"))
            lr = np.asarray(Image.open(file).convert("RGB"))
            np.testing.assert_array_equal(training.lr(index, scale), lr)
            height, width = scale * lr.shape[0], scale * lr.shape[1]
            np.testing.assert_array_equal(training.hr(index, scale), original[:height, :width])


def test_grey_is_resized_before_it_becomes_three_channels(folder):
    training = load(folder, scales=(3,))
    grey = np.asarray(Image.open(folder / "c.png"))
    lr = imresize(grey[:90, :90], 1 / 3)[..., None].repeat(3, axis=2)
    np.testing.assert_array_equal(training.lr(2, 3), lr)
    np.testing.assert_array_equal(training.hr(2, 3), grey[:90, :90, None].repeat(3, axis=2))


def test_every_scale_has_its_own_crop_of_one_hr(save, photograph):
    # 95 is cut to 94 at x2 but to 95 at x5, 83 to 82 and to 80: no scale's crop holds the other's.
    path = save("set/a.png", photograph[:95, :83])
    training = load(path.parent, scales=(2, 5))
    np.testing.assert_array_equal(training.hr(0, 2), photograph[:94, :82])
    np.testing.assert_array_equal(training.hr(0, 5), photograph[:95, :80])
    assert len(training.pixels) == 95 * 82 + 47 * 41 + 19 * 16


def test_selfexsr_has_an_hr_of_its_own_at_each_scale(save, photograph):
    for scale in (2, 3):
        hr = photograph[: 100 // scale * scale, : 110 // scale * scale] // scale
        path = save(f"set/image_SRF_{scale}/img_001_SRF_{scale}_HR.png", hr)
        lr = imresize(hr, 1 / scale, mode="matlab-uint8-replicate")
        save(f"set/image_SRF_{scale}/img_001_SRF_{scale}_LR.png", lr)
    training = load(path.parents[1], scales=(2, 3), lr_mode="matlab-uint8-replicate")
    np.testing.assert_array_equal(training.hr(0, 2), photograph[:100, :110] // 2)
    np.testing.assert_array_equal(training.hr(0, 3), photograph[:99, :108] // 3)


def test_a_photograph_on_its_side_is_turned_as_it_is_read(save, photograph):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save("set/a.png", Image.fromarray(photograph), exif=exif)
    assert load(path.parent).hr(0, 2).shape == (180, 120, 3)


def test_real_pairs_are_trained_on_at_scale_1(save, photograph):
    save("real/LR/a.png", photograph // 2)
    root = save("real/HR/a.png", photograph).parents[1]
    training = load(root, scales=(1,))
    np.testing.assert_array_equal(training.lr(0, 1), photograph // 2)
    np.testing.assert_array_equal(training.hr(0, 1), photograph)
    refused(root, error=UsageError, scales=(4,), says=["real", "same size", "x1", "x4"])


# Sources


def test_sources_follow_each_other_under_names_of_their_own(save, photograph):
    for name in ("one/a", "one/b", "two/b", "two/c"):
        root = save(f"{name}.png", photograph).parents[1]
    training = load(root / "one", "two", roots=[root])
    assert training.names == ("a", "one/b", "two/b", "c")


def test_a_set_goes_by_its_aliases_and_a_part_by_its_sets(save, photograph):
    for name in ("train/1", "test/2", "train/3", "val/4"):
        root = save(f"data/bsds/{name}.png", photograph).parents[3]
    assert load("BSD500", roots=[root]).names == ("1", "2", "3")
    assert load("BSDS500/test", "bsds/train", roots=[root]).names == ("2", "1", "3")


def test_the_demo_photographs_need_no_data():
    assert load("demo", scales=(4,), patch=48).names[0] == "astronaut"


def test_val_of_bsds500_is_b100_and_no_training_data(save, photograph):
    root = save("BSDS/val/a.png", photograph).parents[2]
    says = ["B100", "BSDS500", "train or test"]
    refused("BSDS500/val", error=UsageError, roots=[root], says=says)
    refused(root / "BSDS" / "val", error=UsageError, says=says)


def test_missing_sources_are_named(tmp_path, folder):
    refused("T91", roots=[tmp_path], says=["T91", str(tmp_path), "srbench data get T91"])
    refused("BSDS500/train", roots=[tmp_path], says=["BSDS500/train", str(tmp_path)])
    refused("T19", error=UnknownName, says=["T19", "T91"])
    refused(error=UsageError, says=["no training data"])
    refused(folder, folder, error=UsageError, says=["a.png", "only one of these sources"])


# Bad input


def test_every_broken_image_is_counted_and_the_first_named(folder, photograph, save):
    path = save("set/d.png", photograph)
    path.write_bytes(path.read_bytes()[:-9000])  # a whole header
    text = refused(folder, says=["d.png", "damaged", "remove it"])
    assert "a.png" not in text
    (folder / "a.png").write_bytes(b"no image")
    refused(folder, says=["2 of 4", "a.png: not an image", "d.png: damaged", "remove"])
    for number in range(5):
        (folder / f"e{number}.png").write_bytes(b"")
    text = refused(folder, says=["7 of 9", "a.png", "d.png", "e2.png", "and 2 more"])
    assert "e3.png" not in text


def test_images_smaller_than_the_patch_are_left_out_and_named(folder):
    training = load(folder, scales=(2, 4), patch=20)
    assert (training.names, training.left_out) == (("a", "c"), ("b (101x75, smaller than the patch)",))
    refused(folder, scales=(4,), patch=31, says=["31 LR pixels", "x4", "124", "180x120"])


def test_an_image_with_files_of_other_scales_is_left_out_by_that_of_its_scale(save, photograph):
    """SelfExSR's folders of all scales, trained at x4 alone: only the files of x4 are measured."""
    for name, side in (("img_001", 100), ("img_002", 40)):
        for scale in (2, 4):
            hr = photograph[:side, :side]
            path = save(f"set/image_SRF_{scale}/{name}_SRF_{scale}_HR.png", hr)
            save(f"set/image_SRF_{scale}/{name}_SRF_{scale}_LR.png", imresize(hr, 1 / scale, mode="matlab-uint8"))
    training = load(path.parents[1], scales=(4,), patch=20)
    assert (training.names, training.left_out) == (("img_001",), ("img_002 (40x40, smaller than the patch)",))
    refused(path.parents[1], scales=(4,), patch=31, says=["31 LR pixels", "x4", "100x100"])


@pytest.mark.parametrize(
    ("scales", "word"),
    [
        ((), "no scale"),
        *(((scale,), f"x{scale:g}") for scale in (2.5, 1, 0.5, 0, -2, math.nan, math.inf)),
        ((2, 0), "x0"),
    ],
)
def test_scales_that_patches_cannot_be_cut_at(folder, scales, word):
    refused(folder, error=UsageError, scales=scales, says=[word])


def test_a_scale_that_was_not_loaded_is_refused(folder):
    with pytest.raises(UsageError, match=r"x3.*x2"):
        load(folder).lr(0, 3)


# Memory


def test_mapped_images_are_those_in_memory_and_are_found_again(folder, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    kept = load(folder, scales=(2, 3))
    same(load(folder, scales=(2, 3), memory_limit=0, cache=cache), kept)
    monkeypatch.setattr(decode, "load_pair", None)
    again = load(folder, scales=(2, 3), memory_limit=0, cache=cache)
    same(again, kept)


@pytest.mark.parametrize("change", [{"scales": (4,)}, {"lr_mode": "matlab-double"}, {"patch": 40}, {}])
def test_mapped_images_are_decoded_again_if_files_or_settings_change(folder, tmp_path, photograph, save, change):
    options = {"memory_limit": 0, "cache": tmp_path / "cache"}
    before = load(folder, **options)
    if not change:
        save("set/a.png", 255 - photograph)
    after = load(folder, **options, **change)
    assert after.fingerprint != before.fingerprint
    same(after, load(folder, **change))


@pytest.mark.parametrize("length", [0, -1, 1])
def test_a_mapped_file_of_another_length_is_made_anew(folder, tmp_path, length):
    options = {"memory_limit": 0, "cache": tmp_path / "cache"}
    load(folder, **options)
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + b"." if length > 0 else whole[:length])
    same(load(folder, **options), load(folder))


def test_a_full_disk_is_named_and_nothing_stays(folder, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    monkeypatch.setattr(pixel_store.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    refused(folder, memory_limit=0, cache=cache, says=[str(cache), "GB are free", "another cache folder"])
    monkeypatch.undo()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pixel_store.FileSink, "put", full)
    refused(folder, memory_limit=0, cache=cache, says=[str(cache), "No space left", "another cache folder"])
    assert not list(cache.iterdir())


def test_a_broken_image_leaves_no_mapped_file(folder, tmp_path):
    path = folder / "b.png"
    path.write_bytes(path.read_bytes()[:-3000])  # its header is whole
    cache = tmp_path / "cache"
    cache.mkdir()
    refused(folder, memory_limit=0, cache=cache, says=["b.png", "damaged"])
    assert not list(cache.iterdir())


# Fingerprint and split


def test_the_fingerprint_is_of_names_and_of_pixels_that_are_used(folder, save, photograph):
    first = load(folder).fingerprint
    copy = shutil.copytree(folder, folder.with_name("copy"))
    save("copy/a.webp", photograph)
    (copy / "a.png").unlink()
    assert load(copy).fingerprint == first  # another folder, another format
    wider = np.concatenate([photograph[:75, :101], 0 * photograph[:75, :1]], axis=1)[:, 1:]
    save("copy/b.png", np.concatenate([photograph[:75, :100], wider[:, -1:]], axis=1))
    assert load(copy).fingerprint == first  # x2 crops the 101st column
    assert load(copy, scales=(3,)).fingerprint != first
    save("copy/a.webp", np.maximum(photograph, 1))
    changed = load(copy).fingerprint
    assert changed != first
    (copy / "a.webp").rename(copy / "aa.webp")
    assert load(copy).fingerprint not in {changed, first}


def training_set_of(count):
    rows = np.zeros((count, 5), np.int64)
    rows[:, 0] = np.arange(count)
    names = tuple(map(str, range(count)))
    return TrainingSet(names, (2.0,), ("x (1x1)",), np.zeros((1, 3), np.uint8), {2.0: rows}, names)


@given(st.integers(1, 300), st.data())
def test_held_out_images_lie_evenly_and_the_others_stay(count, data):
    whole = training_set_of(count)
    hold_out = data.draw(st.integers(0, count - 1))
    kept, held = split(whole, hold_out)
    assert (len(held), len(kept)) == (hold_out, count - hold_out)
    assert sorted([*kept.names, *held.names], key=int) == list(whole.names)
    at = [int(name) for name in held.names]
    around = np.diff([*at, count + at[0]]) if at else np.array([count])
    assert around.max() - around.min() <= 1
    assert [row[0] for row in held.tables[2.0]] == at
    assert held.digests == held.names
    assert (kept.left_out, held.left_out) == (whole.left_out, ())


@pytest.mark.parametrize("hold_out", [-1, 3, 4])
def test_a_split_without_training_images_is_refused(hold_out):
    with pytest.raises(SrbenchError, match="hold out"):
        split(training_set_of(3), hold_out)


def test_parts_of_a_split_show_the_same_pixels(folder):
    whole = load(folder)
    kept, held = split(whole, 1)
    assert (kept.names, held.names) == (("a", "c"), ("b",))
    np.testing.assert_array_equal(held.hr(0, 2), whole.hr(1, 2))
    assert len({whole.fingerprint, kept.fingerprint, held.fingerprint}) == 3
