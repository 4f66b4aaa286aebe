from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from srbench.errors import UsageError, WeightsError
from srbench.hub.address import HubAddress
from srbench.hub.fetch import fetch_file
from srbench.hub.push import Repository


@pytest.fixture
def token(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", hub.token)


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("private", [False, True])
def test_what_is_pushed_can_be_fetched(hub, tmp_path, private):
    (tmp_path / "net.safetensors").write_bytes(b"weights")
    repository = Repository.look("lab/net")
    assert repository == Repository("lab/net", exists=False, has_readme=False)
    files = {"net.safetensors": tmp_path / "net.safetensors", "net.json": b"{}", "README.md": b"# net"}
    commit = repository.push(files, "first", private=private)
    for name, content in {"net.safetensors": b"weights", "net.json": b"{}", "README.md": b"# net"}.items():
        assert fetch_file(HubAddress("lab/net", name, commit), WeightsError).read_bytes() == content
    assert hub.repositories["models/lab/net"].private is private
    assert Repository.look("hf://lab/net") == Repository("lab/net", exists=True, has_readme=True)


@pytest.mark.usefixtures("token")
def test_a_push_without_changes_is_no_commit(hub, tmp_path):
    first = Repository.look("lab/net").push({"net.json": b"{}"}, "first", private=False)
    assert Repository.look("lab/net").push({"net.json": b"{}"}, "again", private=False) == first
    assert Repository.look("lab/net").push({"net.json": b"[]"}, "other", private=False) != first


def test_nobody_is_logged_in(hub):
    with pytest.raises(UsageError, match=r"hf://lab/net: needs a token that may write; log in"):
        Repository.look("lab/net")


@pytest.mark.usefixtures("token")
def test_a_token_that_may_not_write(hub):
    hub.read_only = True
    with pytest.raises(UsageError, match=r"hf://lab/net: refused \(status 403\); log in .*, with a token that may"):
        Repository.look("lab/net").push({"net.json": b"{}"}, "first", private=False)


@pytest.mark.usefixtures("token")
def test_no_server(hub):
    hub.stop()
    with pytest.raises(UsageError, match=r"^hf://lab/net: not transferred \(.*\); try again$"):
        Repository.look("lab/net")


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("text", ["net", "lab/net/file", "datasets/lab/net", "lab/net@v1"])
def test_what_is_no_repository(hub, text):
    with pytest.raises(UsageError, match="write "):
        Repository.look(text)


@pytest.fixture
def bundle(training, monkeypatch, tmp_path):
    """``bundle(*words)``: of a small training, in this process."""
    from srbench.cli.verbs import bundle as verb

    folder = training(training.job("tiny", "l1.budget.steps=2", phase="l1")).parent
    monkeypatch.setattr(verb, "load_catalog", lambda: training.catalog)

    def call(*words):
        where = (str(folder), str(tmp_path / "tiny.safetensors"))
        settings = ("--datasets", "demo", "--scales", "2", "--metrics", "psnr", "--device", "cpu")
        done = CliRunner().invoke(verb.bundle, [*where, *settings, *words], standalone_mode=False)
        if done.exception:
            raise done.exception
        return done.output

    return call


@pytest.mark.slow
@pytest.mark.usefixtures("token")
def test_a_bundle_goes_to_the_hub(hub, bundle, tmp_path):
    said = bundle("--push", "lab/tiny", "--dry-run")
    assert "would push: tiny.safetensors, tiny.json, README.md to hf://lab/tiny (new, public)" in said
    assert not list(tmp_path.glob("tiny*"))
    assert not hub.repositories
    assert [line for line in hub.requests if not line.startswith(("GET", "HEAD"))] == []

    written = json.loads(bundle("--push", "lab/tiny", "--json"))
    address = HubAddress.parse(written["pushed"])
    assert fetch_file(address, WeightsError).read_bytes() == (tmp_path / "tiny.safetensors").read_bytes()
    card = json.loads(fetch_file(address.beside("tiny.json"), WeightsError).read_bytes())
    assert card == json.loads((tmp_path / "tiny.json").read_text())
    page = fetch_file(address.beside("README.md"), WeightsError).read_text()
    (measured,) = card["measured"]
    assert f"| demo      | x2      | psnr     | {measured['value']:.4f}" in page
    assert "--weights hf://lab/tiny/tiny.safetensors --datasets Set5 --scales 2" in page

    hub.add("lab/tiny", {"README.md": b"# mine"})
    assert "would push: tiny.safetensors, tiny.json to hf://lab/tiny (there already)" in bundle(
        "--push", "lab/tiny", "--dry-run"
    )
    bundle("--push", "lab/tiny")
    assert fetch_file(HubAddress("lab/tiny", "README.md"), WeightsError).read_bytes() == b"# mine"
