"""Datasets that are made of others: found, read, fingerprinted, trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srbench.catalog import Catalog
from srbench.data.datasets.derivation import describe_all
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.datasets.known import DATASETS
from srbench.data.datasets.pairs import load_pair
from srbench.data.integrity.fingerprint import image_hashes
from srbench.data.integrity.verify import verify_dataset
from srbench.data.training_set.sources import check_unseen, training_images
from srbench.data.training_set.training_set import load_training_set
from srbench.errors import DataError, PluginError, UsageError
from srbench.imaging.resize import imresize
from srbench.registry import Plugin
from srbench.specs.dataset import DatasetSpec, DerivedDatasetSpec, Downscale, Split

SHARES = (3, 1, 2)
BOTH = DerivedDatasetSpec("Both", sources=("One", "Two"))
HALF = replace(BOTH, name="Half", downscale=Downscale(2))
PARTS = tuple(replace(HALF, name=f"Half-{part}", part=Split(part, SHARES)) for part in ("train", "valid", "test"))


@pytest.fixture
def catalog():
    made = Catalog()
    for spec in (*DATASETS, DatasetSpec("One", images=3), DatasetSpec("Two", aliases=("Deux",)), BOTH, HALF, *PARTS):
        made.datasets.add(spec, Plugin("test"), spec.aliases)
    return made


@pytest.fixture
def root(save, photograph):
    """One with LR images, Two under its alias, with a name that One has too; odd sizes."""
    for index, name in enumerate(("a", "b", "c")):
        save(f"data/One/HR/{name}.png", photograph[: 101 + index, : 85 + index])
        path = save(f"data/One/LR_bicubic/X2/{name}x2.png", photograph[: 50 + index // 2, : 42 + (index + 1) // 2])
    for index, name in enumerate(("c", "d", "e")):
        save(f"data/Deux/{name}.png", photograph[index : 97 + index, 10 : 100 + index])
    return path.parents[4]


@pytest.fixture
def find(root, catalog):
    def look(name):
        return DatasetFinder([root], catalog.datasets).require(
            catalog.datasets.get(name) if name in catalog.datasets else name
        )

    return look


def test_joined_sets_prefix_shared_names_with_their_source(find, root):
    both = find("Both")
    assert [image.name for image in both.images] == ["a", "b", "One/c", "Two/c", "d", "e"]
    assert both.scales == ()  # LR is made, for all alike
    assert both.folders == (root / "data" / "One", root / "data" / "Deux")
    assert both.derivation_text == "One + Two"


def test_hr_is_halved_by_imresize_and_lr_is_made_of_it(find, photograph):
    half = find("Half")
    hr = imresize(photograph[:101, :85], 0.5)
    assert hr.shape == (51, 43, 3)
    pair = load_pair(half.images[0], 2.0, "matlab-uint8", half)
    np.testing.assert_array_equal(pair.hr, hr[:50, :42])
    np.testing.assert_array_equal(pair.lr, imresize(hr[:50, :42], 0.5))
    assert pair.lr_source == "made:matlab-uint8"


@pytest.mark.parametrize("options", [{}, {"online": True}, {"memory_limit": 0}])
def test_training_pixels_are_those_that_are_measured_on(find, root, catalog, options, tmp_path):
    options = {"scales": (2, 3), "lr_mode": "matlab-uint8", "patch": 6, "cache": tmp_path / "cache", **options}
    whole = load_training_set(["Both"], DatasetFinder([root], catalog.datasets), **options)
    training = load_training_set(["Half"], DatasetFinder([root], catalog.datasets), **options)
    assert training.names == whole.names
    assert training.fingerprint != whole.fingerprint  # nor does it find the other's file
    half = find("Half")
    for index, files in enumerate(half.images):
        for scale in (2, 3):
            pair = load_pair(files, scale, "matlab-uint8", half)
            np.testing.assert_array_equal(training.hr(index, scale), pair.hr)
            np.testing.assert_array_equal(training.lr(index, scale), pair.lr)


def test_the_fingerprint_is_that_of_the_downscaled_pixels(find, save, photograph):
    for name, size in (("a", (101, 85)), ("b", (102, 86)), ("c", (103, 87))):
        path = save(f"halved/{name}.png", imresize(photograph[: size[0], : size[1]], 0.5))
    half, files = image_hashes(find("Half")), image_hashes(find(str(path.parent)))
    assert [half["a"], half["b"], half["One/c"]] == list(files.values())
    assert image_hashes(find("Both"))["a"] == image_hashes(find("One"))["a"] != half["a"]


def test_parts_cover_the_whole_and_do_not_depend_on_folder_names(find, root):
    parts = [find(spec.name) for spec in PARTS]
    names = [{image.name for image in part.images} for part in parts]
    assert [len(part.images) for part in parts] == [3, 1, 2]
    assert set.union(*names) == {image.name for image in find("Half").images}
    expected = "One + Two, HR 2 times smaller by matlab-uint8, valid of 3:1:2 by SHA-256, seed 0"
    assert parts[1].derivation_text == expected
    (root / "data" / "Deux").rename(root / "data" / "Two")
    assert names == [{image.name for image in find(spec.name).images} for spec in PARTS]


def test_a_folder_of_ones_own_is_split_by_name(find, save, photograph, tmp_path):
    for index in range(12):
        save(f"mine/{index}.png", photograph[index:])
    names = [
        {image.name for image in find(f"{tmp_path / 'mine'}#{part}").images} for part in ("train", "valid", "test")
    ]
    assert [len(name) for name in names] == [9, 1, 2]  # quotas 9.30, 1.34, 1.36
    assert set.union(*names) == {str(index) for index in range(12)}
    (tmp_path / "mine").rename(tmp_path / "yours")
    assert {image.name for image in find(f"{tmp_path / 'yours'}#test").images} == names[2]
    assert find(f"{tmp_path / 'yours'}#test").name == "yours#test"
    with pytest.raises(UsageError, match="#valid"):
        find(f"{tmp_path / 'yours'}#vaild")
    with pytest.raises(DataError, match="no image is left"):
        find("One#valid")
    with pytest.raises(DataError, match="no such folder"):
        find(f"{tmp_path / 'nobodys'}#test")


def test_a_folder_with_a_hash_sign_in_its_name_is_not_split(find, save, photograph):
    folder = save("photos#train/a.png", photograph).parent
    assert find(str(folder)).derivation_text == ""


def test_the_test_part_is_not_trained_on(root, catalog):
    for source in ("Half-test", f"{root / 'data' / 'Deux'}#test"):
        with pytest.raises(UsageError, match=r"test part of a split.*train part"):
            training_images([source], DatasetFinder([root], catalog.datasets))
    catalog.datasets.add(DerivedDatasetSpec("Hidden", sources=("Half-test",)), Plugin("test"))
    with pytest.raises(UsageError, match="test part"):
        training_images(["Hidden"], DatasetFinder([root], catalog.datasets))


def test_what_was_trained_on_is_not_measured_on(find, root, catalog):
    part = find("Half-test")
    check_unseen(training_images(["Half-train"], DatasetFinder([root], catalog.datasets)), part.images, part.name)
    with pytest.raises(UsageError, match=r"Half-test has 2 of the training images"):
        check_unseen(training_images(["One", "Two"], DatasetFinder([root], catalog.datasets)), part.images, part.name)


def test_b100_stays_out_by_any_name(save, photograph, catalog):
    root = save("BSDS/val/a.png", photograph).parents[2]
    catalog.datasets.add(DerivedDatasetSpec("Sly", sources=("BSDS/val",)), Plugin("test"))
    for source in ("Sly", "BSDS/val#train"):
        with pytest.raises((UsageError, DataError), match="B100"):
            training_images([source], DatasetFinder([root], catalog.datasets))


def test_missing_sources_are_named_in_the_download_command(root, catalog, tmp_path):
    spec = catalog.datasets.get("Half-train")
    with pytest.raises(DataError, match=r"Half-train: needs One Two, not found .* srbench data get One Two$"):
        DatasetFinder([tmp_path / "empty"], catalog.datasets).require(spec)
    (root / "data" / "Deux").rename(root / "data" / "elsewhere")
    assert DatasetFinder([root], catalog.datasets).missing(spec) == ("Two",)
    assert DatasetFinder([root], catalog.datasets).find(spec) is None


def test_an_incomplete_source_makes_an_incomplete_set(find, root):
    assert verify_dataset(find("Half-train")).state == "readable"
    (root / "data" / "One" / "HR" / "b.png").unlink()
    (root / "data" / "One" / "LR_bicubic" / "X2" / "bx2.png").unlink()
    finding = verify_dataset(find("Half-train"))
    assert (finding.state, finding.detail) == ("incomplete", "2 of 3 images of One")


def test_derivations_that_are_not_possible_are_refused(find, root, catalog, save, photograph):
    save("data/Real/LR/a.png", photograph)
    save("data/Real/HR/a.png", photograph)
    for spec, error, says in (
        (DerivedDatasetSpec("Round", sources=("Round",)), PluginError, "derived from itself"),
        (DerivedDatasetSpec("Twice", sources=("One", "One/HR")), DataError, "a.png is in both One and HR"),
        (DerivedDatasetSpec("Pairs", sources=("Real",), downscale=Downscale(2)), DataError, "real pairs"),
        (DerivedDatasetSpec("Less", sources=("One",), exclude=("One/z",)), DataError, "which does not exist"),
    ):
        with pytest.raises(error, match=says):
            DatasetFinder([root], _with(catalog, spec)).require(spec)


def _with(catalog, spec):
    catalog.datasets.add(spec, Plugin("test"))
    return catalog.datasets


def test_the_description_of_a_derived_set_includes_those_of_its_sources(catalog):
    catalog.datasets.add(DerivedDatasetSpec("Quarter", sources=("half",), downscale=Downscale(2)), Plugin("test"))
    assert describe_all(("Quarter", "One", "deux#train"), catalog.datasets) == {
        "Quarter": "Half (One + Two, HR 2 times smaller by matlab-uint8), HR 2 times smaller by matlab-uint8",
        "deux#train": "Two, train of 700:101:102 by SHA-256, seed 0",
    }


@pytest.mark.slow
@pytest.mark.long
def test_the_parts_of_real_photographs_share_no_picture(shared, catalog):
    """T91 has one picture twice (t36, t65), which the rule put into two parts.

    The plugin esrgan-gan registers these parts; its fast tests hold that they have 490 pictures, all different.
    """
    sets = {
        part: DatasetFinder([shared], catalog.datasets).require(
            DerivedDatasetSpec(part, sources=("T91", "BSDS500"), exclude=("T91/t65",), part=Split(part))
        )
        for part in ("train", "valid", "test")
    }
    hashes = {part: set(image_hashes(dataset).values()) for part, dataset in sets.items()}
    assert {part: len(found) for part, found in hashes.items()} == {"train": 380, "valid": 55, "test": 55}
    assert len(set.union(*hashes.values())) == 490
