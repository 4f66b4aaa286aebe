"""LR images by a degradation of the dataset's own: found, read, trained on, kept apart, refused."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from srbench.bench.explain.explanation import jobs_by_lr_mode
from srbench.bench.explain.target import ExplainTarget
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import Catalog, load_catalog
from srbench.data.datasets.derivation import describe_all
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.datasets.pairs import load_pair
from srbench.data.training_set.training_set import load_training_set
from srbench.errors import DataError, PluginError, UsageError
from srbench.inference.method import ResolvedMethod
from srbench.registry import Plugin
from srbench.specs.dataset import DatasetSpec, Degradation, DerivedDatasetSpec, Downscale
from srbench.specs.model import ModelSpec
from srbench.specs.protocol import STANDARD

DARK = DerivedDatasetSpec("Dark", sources=("One", "Two"), degradation=Degradation("darkened", f"{__name__}:darkened"))
FAR = DerivedDatasetSpec(
    "Far", sources=("One",), degradation=Degradation("blocky", f"{__name__}:blocky", scale=3.0, equal_size=True)
)
NEWER = replace(DARK, name="Dark2", degradation=replace(DARK.degradation, version=2))
DARKER = DerivedDatasetSpec("Darker", sources=("Dark",), downscale=Downscale(2))
SPECS = (DatasetSpec("One"), DatasetSpec("Two"), DARK, FAR, DARKER)


def darkened(hr, scale, name):
    """Every `scale`-th pixel, as dark as the image's name says: 'a' takes 1 off."""
    step = int(scale)
    return hr[::step, ::step] - np.uint8(ord(name[-1]) - ord("a") + 1)


def blocky(hr, scale, _name):
    step = int(scale)
    return np.repeat(np.repeat(hr[::step, ::step], step, 0), step, 1)[: hr.shape[0], : hr.shape[1]]


def wrong(hr, _scale, _name):
    return hr.astype(np.float32)


@pytest.fixture
def catalog():
    assert sys.modules[__name__].darkened is darkened  # what `load` will find
    made = Catalog()
    for spec in SPECS:
        made.datasets.add(spec, Plugin("test"), spec.aliases)
    return made


@pytest.fixture
def root(save, photograph):
    """One with LR files, which must be left alone; Two without; grey levels that none falls below zero from."""
    bright = photograph // 2 + 100
    save("One/HR/a.png", bright[:61, :85])
    save("One/LR_bicubic/X2/ax2.png", bright[:30, :42])
    return save("Two/b.png", bright[10:90, 30:110]).parents[1]


@pytest.fixture
def find(catalog, root):
    return lambda name: DatasetFinder([root], catalog.datasets).require(
        catalog.datasets.get(name) if name in catalog.datasets else name
    )


@pytest.mark.parametrize("name", ["Dark", "Dark#train"])
def test_the_degradation_gets_the_cropped_hr_and_the_images_name(find, name, photograph):
    dataset = find(name)
    hr = photograph[:60, :84] // 2 + 100
    for scale in (2.0, 3.0):
        files = next(image for image in dataset.images if image.name == "a")
        pair = load_pair(files, scale, "matlab-uint8", dataset)
        step = int(scale)
        np.testing.assert_array_equal(pair.hr, hr)
        np.testing.assert_array_equal(pair.lr, hr[::step, ::step] - 1)
        assert pair.lr_source == "made:darkened"
    assert dataset.scales == ()


def test_lr_of_hrs_size_is_made_at_the_degradations_scale(find):
    dataset = find("Far")
    assert dataset.equal_size
    for scale in (1.0, 4.0):
        pair = load_pair(dataset.images[0], scale, "matlab-uint8", dataset)
        assert pair.hr.shape == pair.lr.shape == (61, 85, 3)
        np.testing.assert_array_equal(pair.lr, blocky(pair.hr, 3.0, ""))


def test_the_degradation_and_its_version_are_in_the_keys(catalog, root):
    by = "LR by "
    assert describe_all(("Dark", "Far"), catalog.datasets) == {
        "Dark": f"One + Two, {by}darkened",
        "Far": f"One, {by}blocky at x3 of equal size",
    }
    catalog.datasets.add(NEWER, Plugin("test"))
    assert describe_all(("Dark2",), catalog.datasets)["Dark2"].endswith("darkened, version 2")
    metric = ResolvedMetric(load_catalog().metrics.get("psnr"))
    keys = set()
    for name in ("Dark", "Dark2"):
        found = Resolver(catalog, [root]).data(name, 2.0, STANDARD)
        assert found.lr == f"made:darkened{', version 2' * (name == 'Dark2')}"
        dataset = replace(found.dataset, name="same")
        method = ResolvedMethod("any", ModelSpec("any", "torch.nn:Identity", joint=True))
        job = Job(method, 2.0, STANDARD, (metric,), dataset=dataset, dataset_hash=found.hash, lr=found.lr)
        keys.add(job.cells[0].key)
        assert jobs_by_lr_mode(ExplainTarget("any", job)) == (
            [job],
            f"only on the LR images of same: they are made by {found.lr[5:]}",
        )
    assert len(keys) == 2


def test_training_pixels_are_those_that_are_measured_on_and_are_kept(find, root, catalog, tmp_path, monkeypatch):
    options = {"lr_mode": "matlab-uint8", "patch": 6, "cache": tmp_path / "cache"}
    training = load_training_set(["Dark"], DatasetFinder([root], catalog.datasets), scales=(2, 3), **options)
    dataset = find("Dark")
    for index, files in enumerate(dataset.images):
        for scale in (2.0, 3.0):
            pair = load_pair(files, scale, "matlab-uint8", dataset)
            np.testing.assert_array_equal(training.lr(index, scale), pair.lr)
            np.testing.assert_array_equal(training.hr(index, scale), pair.hr)
    equal = load_training_set(["Far"], DatasetFinder([root], catalog.datasets), scales=(1,), **options)
    assert equal.lr(0, 1.0).shape == (61, 85, 3)
    # what is kept is found again, and not for another version
    monkeypatch.setattr(sys.modules[__name__], "darkened", None)
    again = load_training_set(["Dark"], DatasetFinder([root], catalog.datasets), scales=(2, 3), **options)
    assert again.fingerprint == training.fingerprint
    catalog.datasets.add(NEWER, Plugin("test"))
    with pytest.raises(TypeError):
        load_training_set(["Dark2"], DatasetFinder([root], catalog.datasets), scales=(2, 3), **options)


def test_misaligned_pairs_are_left_out_and_named(root, catalog, save, photograph, tmp_path):
    """Every second pixel lies a quarter of an LR pixel off; of a fine pattern it makes something else."""
    options = {"scales": (2,), "lr_mode": "matlab-uint8", "patch": 6, "cache": tmp_path / "cache"}
    stripes = np.zeros((60, 60, 3), np.uint8) + np.uint8(100)
    stripes[:, ::3] = 200
    save("Two/stripes.png", stripes)
    whole = load_training_set(["Dark"], DatasetFinder([root], catalog.datasets), **options)
    assert whole.left_out == ()
    kept = load_training_set(["Dark"], DatasetFinder([root], catalog.datasets), least_correlation=0.9, **options)
    assert set(kept.names) == {"a", "b"}
    (wrong_one,) = kept.left_out
    assert wrong_one.startswith("stripes (correlation ")
    assert wrong_one.endswith(" at x2)")
    assert kept.digests == tuple(
        digest for name, digest in zip(whole.names, whole.digests, strict=True) if name != "stripes"
    )
    for index, name in enumerate(kept.names):
        np.testing.assert_array_equal(kept.hr(index, 2.0), whole.hr(whole.names.index(name), 2.0))
    with pytest.raises(DataError, match=r"no training image has LR and HR that correlate by 1, .* \(correlation 0\."):
        load_training_set(["Dark"], DatasetFinder([root], catalog.datasets), least_correlation=1, **options)


def test_invalid_degradations_and_uses_of_them_are_refused(find, root, catalog):
    with pytest.raises(PluginError, match="dataset Dark: derived from no dataset"):
        replace(DARK, sources=())
    with pytest.raises(PluginError, match="degradation blocky: LR has the size of HR, so its scale is unknown"):
        replace(FAR.degradation, scale=None)
    bad = replace(DARK, degradation=Degradation("wrong", f"{__name__}:wrong"))
    dataset = DatasetFinder([root], catalog.datasets).require(bad)
    with pytest.raises(PluginError, match=r"wrong\): returned float32 .* at x2; expected uint8 \(30, 42, 3\)"):
        load_pair(dataset.images[0], 2.0, "matlab-uint8", dataset)
    with pytest.raises(DataError, match="Darker: Dark makes LR images of its own; it can only be split"):
        find("Darker")
    with pytest.raises(UsageError, match="Dark: has its own degradation, which an online recipe would not use"):
        load_training_set(
            ["Dark"],
            DatasetFinder([root], catalog.datasets),
            scales=(2.5,),
            lr_mode="matlab-uint8",
            patch=12,
            online=True,
        )
