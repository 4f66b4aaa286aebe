"""RealSR as it is distributed: cameras, parts and scales in folders, HR beside LR."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image

from srbench.catalog import Catalog
from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.datasets.known import DATASETS
from srbench.data.datasets.pairs import load_pair, pair_under
from srbench.data.integrity.fingerprint import fingerprint, parts
from srbench.data.layouts.detect import read_layout
from srbench.data.training_set.training_set import load_training_set
from srbench.errors import DataError, Unavailable
from srbench.registry import Plugin
from srbench.specs.protocol import STANDARD

SPEC = next(spec for spec in DATASETS if spec.name == "RealSR")
CATALOG = Catalog()
for spec in DATASETS:
    CATALOG.datasets.add(spec, Plugin("builtin"), spec.aliases)
VERSION_1 = "{part}/{camera}/{scale}"
VERSION_3 = "{camera}/{part}/{scale}"


def picture(number, height=24, width=36):
    return np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)


def write(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


@pytest.fixture
def realsr(tmp_path):
    """realsr(layout, smaller=False) -> a root with RealSR: a scene a camera and part, at x2, x3 and x4."""

    def make(layout=VERSION_1, name="RealSR", *, smaller=False):
        scenes = itertools.product(("Canon", "Nikon"), ("Train", "Test"), (2, 3, 4))
        for number, (camera, part, scale) in enumerate(scenes):
            folder = tmp_path / name / layout.format(part=part, camera=camera, scale=scale)
            scene = f"{camera}_{'001' if part == 'Test' else '002'}"
            hr = picture(number)
            write(folder / f"{scene}_HR.png", hr)
            write(folder / f"{scene}_LR{scale}.png", hr[::scale, ::scale] if smaller else hr // 2)
        return tmp_path

    return make


def names(dataset):
    return [image.name for image in dataset.images]


@pytest.mark.parametrize("layout", [VERSION_1, VERSION_3, "{part}/{scale}", "{scale}/{part}/{camera}"])
def test_the_test_part_is_found_wherever_it_lies(realsr, layout):
    dataset = DatasetFinder([realsr(layout)]).find(SPEC)
    assert dataset.equal_size
    assert dataset.scales == (2.0, 3.0, 4.0)
    assert names(dataset) == [f"{camera}_001x{scale}" for camera in ("Canon", "Nikon") for scale in (2, 3, 4)]
    assert all("Test" in image.hr.parts for image in dataset.images)


@pytest.mark.parametrize("layout", [VERSION_1, VERSION_3])
def test_an_image_counts_at_its_own_scale_only(realsr, layout):
    dataset = DatasetFinder([realsr(layout)]).find(SPEC)
    for scale in (2.0, 3.0, 4.0):
        at = dataset.at(scale)
        assert names(at) == [f"Canon_001x{scale:g}", f"Nikon_001x{scale:g}"]
        for image in at.images:
            pair = load_pair(image, scale, "matlab-uint8", at)
            np.testing.assert_array_equal(pair.lr, pair.hr // 2)
            assert pair.lr_source == "file"
            assert str(int(scale)) in image.hr.parts
        assert at.uses_own_lr(scale, "matlab-uint8")
    with pytest.raises(Unavailable, match="no pairs at x8; choose from x2, x3, x4"):
        dataset.at(8.0)


def test_a_pair_of_another_scale_is_never_taken_nor_made(realsr):
    dataset = DatasetFinder([realsr()]).find(SPEC)
    with pytest.raises(DataError, match="a real pair at x2 only"):
        load_pair(dataset.images[0], 4.0, "matlab-uint8", dataset)
    with pytest.raises(DataError, match="RealSR/test/X2"):
        dataset.uses_own_lr(2.0, "matlab-uint8")
    with pytest.raises(DataError, match="RealSR/test/X8"):
        dataset.uses_own_lr(8.0, "matlab-uint8")


def test_version_3_has_smaller_lr_images(realsr):
    dataset = DatasetFinder([realsr(VERSION_3, "RealSR(V3)", smaller=True)]).find(SPEC)
    assert not dataset.equal_size
    at = dataset.at(3.0)
    pair = load_pair(at.images[0], 3.0, "matlab-uint8", at)
    assert (pair.lr.shape, pair.hr.shape, pair.lr_source) == ((8, 12, 3), (24, 36, 3), "file")


@pytest.mark.parametrize("changed", [{"hr_crop": "tens"}, {"lr": "matlab-double", "round_lr": False}])
def test_smaller_lr_images_are_never_replaced_by_made_ones(realsr, changed):
    """A protocol that makes LR from HR would measure bicubic LR images in place of the camera's."""
    protocol = STANDARD.but(**changed)
    at = DatasetFinder([realsr(VERSION_3, "RealSR(V3)", smaller=True)]).find(SPEC).at(3.0)
    if protocol.makes_lr:
        with pytest.raises(DataError, match="this dataset has LR images of another kind"):
            pair_under(protocol, at.images[0], 3.0, at)
    else:
        pair = pair_under(protocol, at.images[0], 3.0, at)
        assert (pair.lr.shape, pair.hr.shape, pair.lr_source) == ((8, 12, 3), (24, 36, 3), "file")


def test_pairs_directly_in_train_and_test(realsr):
    """Whichever part is asked for, the other one's folder holds no HR images of a set of its own."""
    root = realsr("{part}")
    for part, scene in (("test", "001"), ("train", "002")):
        dataset = open_folder(root / "RealSR", part=part)
        assert {name.partition("x")[0] for name in names(dataset)} == {f"Canon_{scene}", f"Nikon_{scene}"}


def test_each_part_has_its_own_fingerprint(realsr):
    dataset = DatasetFinder([realsr()]).find(SPEC)
    assert parts(dataset) == ("HR", "X2", "X3", "X4")
    assert fingerprint(dataset, "X2") == fingerprint(dataset.at(2.0), "X1") != fingerprint(dataset, "X4")
    assert len({fingerprint(dataset.at(scale)) for scale in (2.0, 3.0, 4.0)}) == 3


@pytest.mark.parametrize("layout", [VERSION_1, VERSION_3])
@pytest.mark.parametrize(
    ("source", "scenes"),
    [
        ("RealSR/Train", ["Canon_002x2", "Canon_002x3", "Canon_002x4", "Nikon_002x2", "Nikon_002x3", "Nikon_002x4"]),
        ("RealSR/train/X3", ["Canon_002x3", "Nikon_002x3"]),
        ("RealSR/X4", ["Canon_001x4", "Nikon_001x4"]),
    ],
)
def test_training_takes_a_part_at_scale_1(realsr, layout, source, scenes):
    training = load_training_set(
        [source],
        DatasetFinder([realsr(layout)], CATALOG.datasets),
        scales=(1,),
        lr_mode="matlab-uint8",
        patch=8,
        memory_limit=10**9,
    )
    assert list(training.names) == scenes
    for index in range(len(training)):
        np.testing.assert_array_equal(training.lr(index, 1.0), training.hr(index, 1.0) // 2)


def test_training_at_a_scale_takes_its_smaller_pairs_only(realsr):
    root = realsr(VERSION_3, smaller=True)
    options = {"scales": (2,), "lr_mode": "matlab-uint8", "patch": 8, "memory_limit": 10**9}
    training = load_training_set(["RealSR/train/X2"], DatasetFinder([root], CATALOG.datasets), **options)
    assert training.names == ("Canon_002x2", "Nikon_002x2")
    np.testing.assert_array_equal(training.lr(0, 2.0), training.hr(0, 2.0)[::2, ::2])
    with pytest.raises(DataError, match="RealSR/train/X2"):
        load_training_set(["RealSR/train"], DatasetFinder([root], CATALOG.datasets), **options)


def test_a_part_that_is_not_there(realsr, tmp_path):
    with pytest.raises(DataError, match="no pairs at x8"):
        DatasetFinder([realsr()]).find("RealSR/train/X8")
    write(tmp_path / "Plain" / "HR" / "a.png", picture(0))
    with pytest.raises(DataError, match="no part train/X2"):
        DatasetFinder([tmp_path]).find("Plain/train/X2")
    with pytest.raises(DataError, match="no such folder"):
        DatasetFinder([tmp_path]).find("Plain/val")


def test_a_folder_of_pairs_by_itself(realsr):
    dataset = open_folder(realsr() / "RealSR" / "Train" / "Nikon" / "4")
    assert names(dataset) == ["Nikon_002x4"]
    assert dataset.equal_size


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("Canon_009_HR.png", "Canon_009_HR.png: its partner is missing; expected Canon_009_HR beside Canon_009_LR2"),
        ("Canon_009_LR4.png", "Canon_009_LR4.png: its partner is missing"),
        ("readme.png", "readme.png: its name denotes neither an HR nor an LR image"),
        ("Canon_001_HR.bmp", "has the same name"),
    ],
)
def test_what_is_not_a_pair_is_named(realsr, file, says):
    folder = realsr() / "RealSR" / "Test" / "Canon" / "4"
    write(folder / file, picture(1))
    with pytest.raises(DataError, match=says) as error:
        read_layout(folder)
    assert "\n" not in str(error.value)


def test_the_same_pair_twice(realsr):
    root = realsr()
    twin = realsr("{scale}/{part}") / "RealSR" / "4" / "Test"
    with pytest.raises(DataError, match="has the same scene and scale; keep one"):
        DatasetFinder([root]).find(SPEC)
    assert twin.is_dir()


def test_pairs_beside_another_layout(realsr):
    root = realsr()
    write(root / "RealSR" / "HR" / "a.png", picture(0))
    with pytest.raises(DataError, match="HR/ beside pairs of HR and LR"):
        DatasetFinder([root]).find(SPEC)


def test_a_first_pair_that_cannot_be_read(realsr):
    root = realsr()
    (root / "RealSR" / "Test" / "Canon" / "2" / "Canon_001_HR.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"Canon_001_HR\.png: not an image"):
        DatasetFinder([root]).find(SPEC)
