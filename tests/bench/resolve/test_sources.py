"""Whose weights a method gets: released, bundled, or trained here."""

from __future__ import annotations

import hashlib

import pytest

from srbench import MethodSpec, WeightsSpec
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.errors import Unavailable
from srbench.registry import Plugin
from srbench.training.job import make_job


@pytest.fixture
def catalog(tiny, tmp_path, monkeypatch):
    """The tests' plugin with a method that may have all three: `released.pth`, `bundled.pth`, and recipe `tiny`."""
    owner = Plugin("tiny")
    package = tmp_path / "srbench_ships"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name, resource in (("released", ""), ("bundled", "srbench_ships:bundled.pth")):
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        tiny.weights.add(WeightsSpec(name, f"{name}.pth", "", sha256, "", "", resource=resource), owner)
    (package / "bundled.pth").write_text("bundled")
    tiny.methods.add(
        MethodSpec("all", "tiny", "released", "released", bundled="bundled", recipe="tiny", phase="l1"), owner
    )
    tiny.methods.add(MethodSpec("recipe-only", "tiny", source="trained", recipe="tiny", phase="l1"), owner)
    return tiny


@pytest.fixture
def find(catalog, tmp_path, photos):
    def method(name, source="auto", profile="demo", seed=0):
        wanted = WeightsPolicy(source, profile, tmp_path / "out")
        return Resolver(catalog, [tmp_path], weights=wanted).method(name, 2.0, seed)

    return method


def at_hand(tmp_path):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "released.pth").write_text("released")


def test_auto_takes_the_release_then_what_ships(find, tmp_path):
    assert find("all").source == "bundled"
    at_hand(tmp_path)
    found = find("all")
    assert (found.source, found.weights) == ("released", tmp_path / "weights" / "released.pth")


def test_each_source_can_be_asked_for(find, tmp_path, monkeypatch):
    at_hand(tmp_path)
    monkeypatch.setattr(Resolver, "dataset", lambda _self, _name: None)
    assert find("all", "released").source == "released"
    assert find("all", "bundled").source == "bundled"
    assert find("all", "train").source == "trained"
    with pytest.raises(Unavailable, match="recipe-only has no weights of the source 'released'"):
        find("recipe-only", "released")


def test_what_is_trained_is_known_by_its_training(find, catalog, tmp_path, monkeypatch):
    monkeypatch.setattr(Resolver, "dataset", lambda _self, _name: None)
    first, second = find("recipe-only"), find("recipe-only", seed=1)
    job = make_job(catalog, "tiny", "demo", 0, "l1")
    assert (first.training, first.weights_sha256) == (job, job.key)
    assert first.weights == job.weights(tmp_path / "out")
    assert second.weights_sha256 != first.weights_sha256


def test_auto_does_not_begin_days_of_training(find):
    with pytest.raises(Unavailable, match=r"not trained here: .*--source train for the paper's budget"):
        find("recipe-only", profile="paper")


def test_missing_training_images_are_named(find):
    with pytest.raises(Unavailable, match="dataset DIV2K not found: srbench data get DIV2K"):
        find("recipe-only", "train", profile="paper")


def test_a_profile_that_the_recipe_lacks_is_named(find):
    with pytest.raises(Unavailable, match="not trained here: there is no quick budget for it; --source train"):
        find("recipe-only", profile="quick")
