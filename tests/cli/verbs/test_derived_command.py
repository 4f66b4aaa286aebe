"""``srbench data`` about datasets that are made of others."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from srbench.cli.verbs import data as command
from srbench.registry import Plugin, Registry
from srbench.specs.dataset import Archive, DatasetSpec, DerivedDatasetSpec, Downscale, Split


@pytest.fixture(autouse=True)
def cache(private_cache):
    return private_cache


@pytest.fixture
def run(save, photograph, monkeypatch, server, tmp_path):
    """Two sets of two images; a third that isn't here."""
    for name in ("One/a", "One/b", "Two/c", "Two/d"):
        save(f"data/{name}.png", photograph)
    catalog = SimpleNamespace(datasets=Registry("dataset"), weights=Registry("weights"), images=Registry("SR images"))
    part = Split("test", (1, 1, 2))
    for spec in (
        DatasetSpec("One", images=2),
        DatasetSpec("Two", images=2),
        DatasetSpec("Absent", archives=(Archive(server.url("absent.zip"), hr="*.png"),)),
        DerivedDatasetSpec("Joined", images=2, sources=("One", "Two"), downscale=Downscale(2), part=part),
        DerivedDatasetSpec("Other", sources=("One",), downscale=Downscale(2), fingerprints={"HR": "0" * 64}),
        DerivedDatasetSpec("Lacking", sources=("One", "Absent")),
        DerivedDatasetSpec("Circle", sources=("Circle",)),
    ):
        catalog.datasets.add(spec, Plugin("test"))
    monkeypatch.setattr(command, "load_catalog", lambda: catalog)

    def invoke(*arguments):
        result = CliRunner().invoke(command.data, [*arguments, "--data", str(tmp_path)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return invoke


def test_list_says_what_is_there_and_what_to_get(run, tmp_path):
    entries = {entry["name"]: entry for entry in json.loads(run("list", "--json"))}
    assert entries["Joined"]["state"] == "readable"
    assert entries["Joined"]["path"] == f"{tmp_path}/data/One, {tmp_path}/data/Two"
    assert (entries["Lacking"]["state"], entries["Lacking"]["detail"]) == ("missing", "srbench data get Absent")
    assert entries["Circle"]["state"] == "damaged"
    assert "derived from itself" in entries["Circle"]["detail"]


def test_path_prints_every_folder(run, tmp_path):
    assert run("path", "Joined").splitlines() == [f"{tmp_path}/data/One", f"{tmp_path}/data/Two"]
    found = json.loads(run("path", "Joined", "--json"))
    assert found["made"] == "One + Two, HR 2 times smaller by matlab-uint8, test of 1:1:2 by SHA-256, seed 0"
    assert found["path"] == f"{tmp_path}/data"
    assert run("path", "One").splitlines() == [f"{tmp_path}/data/One"]


def test_verify_reads_the_pixels_made_and_the_sets_it_is_made_of(run, tmp_path):
    def state(name):
        (entry,) = json.loads(run("verify", name, "--json"))
        return entry["state"]

    assert (state("Joined"), state("Other")) == ("readable", "differs")
    image = tmp_path / "data" / "One" / "a.png"
    image.write_bytes(image.read_bytes()[:-3000])
    assert (state("Joined"), state("Other")) == ("damaged", "damaged")


def test_get_fetches_nothing_where_all_is_there(run, monkeypatch):
    monkeypatch.setattr("srbench.data.fetch.get.get_dataset", pytest.fail)
    assert "readable" in run("get", "Joined")


def test_get_fetches_the_sets_that_are_not_there(run, monkeypatch):
    asked = []
    monkeypatch.setattr("srbench.data.fetch.get.get_dataset", lambda spec, *_, **__: asked.append(spec.name))
    run("get", "Lacking")
    assert asked == ["Absent"]
