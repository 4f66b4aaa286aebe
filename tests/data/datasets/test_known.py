from __future__ import annotations

import string
from importlib.metadata import files

import pytest

from srbench.data.datasets import demo
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.datasets.known import DATASETS
from srbench.data.datasets.pairs import load_pair
from srbench.errors import DataError
from srbench.specs.protocol import ResizeMode

SPECS = {spec.name: spec for spec in DATASETS}


def test_the_usual_names_are_known():
    known = {name for spec in DATASETS for name in (spec.name, *spec.aliases)}
    usual = "Set5 Set14 B100 BSD100 Urban100 Manga109 DIV2K T91 BSDS BSDS500 RealSR AIM2020 demo"
    assert set(usual.split()) <= known


def test_names_and_aliases_are_unique_in_any_case():
    names = [name.casefold() for spec in DATASETS for name in (spec.name, *spec.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("spec", DATASETS, ids=lambda spec: spec.name)
def test_every_set_is_fully_described(spec):
    assert spec.summary
    assert spec.licence
    assert spec.paper or spec.provider
    assert spec.archives or spec.provider
    assert spec.lr_mode in {"", *ResizeMode.__args__}
    hashes = [*spec.fingerprints.values(), *(archive.sha256 for archive in spec.archives if archive.sha256)]
    assert all(len(digest) == 64 and set(digest) <= set(string.hexdigits.lower()) for digest in hashes)
    assert all(archive.url.startswith(("https://", "http://")) for archive in spec.archives)
    assert set(spec.fingerprints) <= {"HR", "X2", "X3", "X4"}


def test_demo_photographs_ship_inside_the_wheel():
    inside = {str(file) for file in files("scikit-image")}
    assert {f"skimage/data/{name}" for name in demo.PHOTOGRAPHS} <= inside


def test_demo_is_found_without_any_root():
    dataset = DatasetFinder([]).find(SPECS["demo"])
    assert [image.name for image in dataset.images] == ["astronaut", "chelsea", "coffee", "motorcycle_left", "rocket"]
    for image in dataset.images:
        pair = load_pair(image, 4.0, "matlab-uint8", dataset)
        assert pair.lr_source == "made:matlab-uint8"
        assert pair.hr.shape[2] == 3


def test_demo_without_its_files(monkeypatch):
    monkeypatch.setattr(demo, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="ship with scikit-image"):
        demo.images()
