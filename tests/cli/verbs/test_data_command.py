from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from srbench.cli.verbs import data as command
from srbench.data.datasets.finder import open_folder
from srbench.data.integrity.fingerprint import fingerprint
from srbench.errors import DataError, UnknownName
from srbench.registry import Plugin, Registry
from srbench.specs.dataset import Archive, DatasetSpec
from srbench.specs.weights import WeightsSpec


@pytest.fixture(autouse=True)
def cache(private_cache):
    return private_cache


@pytest.fixture
def root(save, photograph):
    save("data/Mini/HR/a.png", photograph)
    save("data/Half/HR/a.png", photograph)
    save("data/Wrong/HR/a.png", photograph)
    return save("data/Mini/LR_bicubic/X2/ax2.png", photograph[::2, ::2]).parents[4]


@pytest.fixture
def run(root, monkeypatch, server):
    owner = Plugin("test")
    catalog = SimpleNamespace(datasets=Registry("dataset"), weights=Registry("weights"), images=Registry("SR images"))
    good = fingerprint(open_folder(root / "data" / "Mini"))
    for spec in (
        DatasetSpec("Mini", images=1, fingerprints={"HR": good}, aliases=("Tiny",)),
        DatasetSpec("Half", images=2),
        DatasetSpec("Wrong", images=1, fingerprints={"HR": "0" * 64}),
        DatasetSpec("Absent", archives=(Archive(server.url("absent.zip"), hr="*.png"),)),
    ):
        catalog.datasets.add(spec, owner, spec.aliases)
    catalog.weights.add(WeightsSpec("net", "net.pth", server.url("net.pth"), "", "MIT", "a test"), owner)
    monkeypatch.setattr(command, "load_catalog", lambda: catalog)

    def invoke(verb, *arguments, code=0):
        result = CliRunner().invoke(command.data, [verb, *arguments, "--data", str(root)], standalone_mode=True)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if "--json" in arguments else result.stdout

    return invoke


def states(entries):
    return {entry["name"]: entry["state"] for entry in entries}


ALL = {"Mini": "ok", "Half": "incomplete", "Wrong": "differs"}


def test_list(run, root):
    entries = run("list", "--json")
    assert states(entries) == {**ALL, "Absent": "missing", "net": "missing"}
    (mini,) = (entry for entry in entries if entry["name"] == "Mini")
    assert (mini["path"], mini["images"], mini["scales"]) == (str(root / "data" / "Mini"), 1, [2.0])
    table = run("list")
    assert "1/2" in table
    assert "x2" in table


def test_verify_what_is_here_fails_for_what_is_wrong(run):
    assert states(run("verify", "--json", code=1)) == ALL


def test_verify_by_name(run):
    assert states(run("verify", "tiny", "--json")) == {"Mini": "ok"}
    assert states(run("verify", "Absent", "--json", code=1)) == {"Absent": "missing"}


def test_verify_names_the_damaged_file(run, root):
    path = root / "data/Mini/LR_bicubic/X2/ax2.png"
    path.write_bytes(path.read_bytes()[:300])
    (entry,) = run("verify", "Mini", "--json", code=1)
    assert entry["state"] == "damaged"
    assert str(path) in entry["detail"]


def test_path(run, root):
    assert run("path", "tiny").strip() == str(root / "data" / "Mini")
    assert run("path", "Mini", "--json") == {"name": "Mini", "path": str(root / "data" / "Mini")}
    with pytest.raises(DataError, match="srbench data get Absent"):
        run("path", "Absent")
    with pytest.raises(UnknownName, match="did you mean 'Mini'"):
        run("path", "Minni")


def test_get(run, server, cache):
    assert states(run("get", "Mini", "--json")) == {"Mini": "ok"}
    assert not server.requests
    server.files["net.pth"] = b"weights"
    (entry,) = run("get", "net", "--json")
    assert entry["state"] == "readable"
    assert entry["path"] == str(cache / "weights" / "net.pth")
    with pytest.raises(DataError, match=r"absent.zip: not fetched \(404"):
        run("get", "Absent")


def test_a_list_of_names_and_patterns(root, run):
    names = [line["name"] for line in run("list", "Ab*", "net", "--json")]
    assert names == ["Absent", "net"]
    with pytest.raises(UnknownName, match="unknown dataset or weights 'Nothing'"):
        run("list", "Nothing")
