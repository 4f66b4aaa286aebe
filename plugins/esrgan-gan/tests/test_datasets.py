"""The report's split of NTIRE 2017, and the same of photographs that are at hand."""

from __future__ import annotations

import re

import pytest
from srbench_esrgan_gan.datasets import DATASETS, SHARES

from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.integrity.fingerprint import image_hashes
from srbench.data.integrity.verify import verify_dataset
from srbench.data.training_set.sources import training_images
from srbench.errors import UsageError


@pytest.fixture(scope="module")
def hashes(tmp_path_factory):
    """One cache of hashes for these tests, of their own."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def cache(hashes, monkeypatch):
    monkeypatch.setenv("SRBENCH_CACHE", str(hashes))


def test_the_reports_sizes(shared):
    text = " ".join((shared / "papers" / "esrgan-gan.txt").read_text(encoding="utf-8").split())
    assert all(re.search(rf"\b{share}\b", text) for share in SHARES)
    sizes = {spec.name: spec.images for spec in DATASETS}
    assert [sizes[f"NTIRE2017-half-{part}"] for part in ("train", "valid", "test")] == [698, 101, 101]


@pytest.mark.slow
def test_the_photographs_are_the_known_ones_and_in_one_part_each(shared):
    known = load_catalog().datasets
    seen = {}
    for spec in DATASETS:
        if spec.name.startswith("Photographs"):
            dataset = DatasetFinder([shared], known).find(spec)
            assert verify_dataset(dataset, thorough=False).state == "ok", spec.name
            seen |= {digest: name for name, digest in image_hashes(dataset).items()}
    assert len(seen) == 490


@pytest.mark.slow
def test_b100_is_in_none(shared):
    known = load_catalog().datasets
    b100 = set(image_hashes(DatasetFinder([shared]).find(known.get("B100"))).values())
    for spec in DATASETS:
        if dataset := DatasetFinder([shared], known).find(spec):
            assert b100.isdisjoint(image_hashes(dataset).values())


def test_the_test_part_is_no_training_data(shared):
    with pytest.raises(UsageError, match="test part of a split"):
        training_images(["Photographs-test"], DatasetFinder([shared], load_catalog().datasets))
