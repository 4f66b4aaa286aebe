from __future__ import annotations

import hashlib

import pytest

from srbench.errors import DataError, UsageError, WeightsError
from srbench.hub.address import HubAddress
from srbench.hub.fetch import fetch_file, fetch_folder


def fetch(text):
    return fetch_file(HubAddress.parse(text), WeightsError)


@pytest.mark.parametrize("path", ["net.safetensors", "card.json", "deep/net.pth"])
def test_a_file_of_any_kind_is_fetched(hub, path):
    commit = hub.add("lab/net", {path: b"content of " + path.encode()})
    got = fetch(f"hf://lab/net/{path}")
    assert got.read_bytes() == b"content of " + path.encode()
    assert commit in got.parts


def test_each_revision_has_its_file(hub):
    first = hub.add("lab/net", {"net.pth": b"one"})
    hub.add("lab/net", {"net.pth": b"two"})
    hub.repositories["models/lab/net"].branches["v1/old"] = first
    for revision, content in {"": b"two", f"@{first}": b"one", "@v1/old": b"one", "@main": b"two"}.items():
        assert fetch(f"hf://lab/net/net.pth{revision}").read_bytes() == content


def test_without_network_the_cache_is_used(hub, offline):
    hub.add("lab/net", {"net.pth": b"one", "other.pth": b"two"})
    got = fetch("hf://lab/net/net.pth")
    offline()
    assert fetch("hf://lab/net/net.pth") == got
    with pytest.raises(WeightsError, match=r"hf://lab/net/other.pth: not in the Hub's cache .* HF_HUB_OFFLINE is set"):
        fetch("hf://lab/net/other.pth")


def test_a_private_one_needs_its_token(hub, monkeypatch):
    hub.add("lab/net", {"net.pth": b"one"}, private=True)
    with pytest.raises(WeightsError, match="no such repository, or a private one"):
        fetch("hf://lab/net/net.pth")
    monkeypatch.setenv("HF_TOKEN", hub.token)
    assert fetch("hf://lab/net/net.pth").read_bytes() == b"one"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("hf://lab/none/net.pth", "no such repository, or a private one; check its name, or log in"),
        ("hf://datasets/lab/net/net.pth", "no such repository, or a private one; check its name, or log in"),
        ("hf://lab/net/none.pth", "no such file in the repository; check its path"),
        ("hf://lab/net/net.pth@v9", "no such revision; name a branch, tag or commit"),
        ("hf://lab/terms/net.pth", "gated; accept its terms on its page, and log in"),
        ("hf://lab/net", "a whole repository; name a file in it: hf://lab/net/FILE"),
    ],
)
def test_what_is_not_there_is_one_line(hub, address, problem):
    hub.add("lab/net", {"net.pth": b"one"})
    hub.add("lab/terms", {"net.pth": b"one"}, gated=True)
    with pytest.raises(WeightsError) as raised:
        fetch(address)
    assert str(raised.value).startswith(f"{address}: {problem}")
    assert "\n" not in str(raised.value)


def test_no_server_is_one_line(hub, monkeypatch):
    hub.stop()
    with pytest.raises(WeightsError, match=r"^hf://lab/net/net.pth: not reached \(.*; check the network, or HF_END"):
        fetch("hf://lab/net/net.pth")


def test_damaged_on_the_way(hub):
    hub.add("lab/net", {"net.pth": b"content of it"})
    hub.damage = b"!!"
    with pytest.raises(WeightsError, match=r"damaged: its hash is .*, and the repository lists .*; try again"):
        fetch("hf://lab/net/net.pth")
    hub.damage = None
    assert fetch("hf://lab/net/net.pth").read_bytes() == b"content of it"


def test_damaged_on_the_disk(hub):
    hub.add("lab/net", {"card.json": b"content of it"})
    got = fetch("hf://lab/net/card.json")
    got.write_bytes(b"content of me")
    with pytest.raises(WeightsError, match="damaged"):
        fetch("hf://lab/net/card.json")
    assert fetch("hf://lab/net/card.json").read_bytes() == b"content of it"


def test_a_folder_alone_is_fetched(hub, offline):
    files = {f"Set5/HR/{name}.png": name.encode() for name in ("baby", "bird")}
    hub.add("lab/sets", {**files, "Set14/HR/zebra.png": b"z", "README.md": b"#"}, kind="datasets")
    address = HubAddress.parse("hf://datasets/lab/sets/Set5")
    folder = fetch_folder(address, DataError)
    assert {str(file.relative_to(folder.parent)): file.read_bytes() for file in folder.rglob("*.png")} == files
    assert not (folder.parent / "Set14").exists()
    offline()
    assert fetch_folder(address, DataError) == folder
    for other in ("lab/sets/Set14", "lab/none"):
        with pytest.raises(DataError, match="HF_HUB_OFFLINE is set"):
            fetch_folder(HubAddress.parse(f"hf://datasets/{other}"), DataError)


def test_a_folder_that_is_not_there(hub):
    hub.add("lab/sets", {"Set5/baby.png": b"b"}, kind="datasets")
    with pytest.raises(DataError, match="hf://datasets/lab/sets/Set6: no such folder in the repository"):
        fetch_folder(HubAddress.parse("hf://datasets/lab/sets/Set6"), DataError)


def test_the_library_is_an_extra(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(WeightsError, match=r"needs huggingface_hub, which is not installed; pip install 'srbench\[hub"):
        fetch("hf://lab/net/net.pth")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("hf://lab/net/net.pth", HubAddress("lab/net", "net.pth")),
        ("hf://models/lab/net/net.pth", HubAddress("lab/net", "net.pth")),
        ("hf://lab/net/a/net.pth@v1", HubAddress("lab/net", "a/net.pth", "v1")),
        ("hf://lab/net@v1/a/net.pth", HubAddress("lab/net", "a/net.pth", "v1")),
        ("hf://lab/net/net.pth@refs/pr/3", HubAddress("lab/net", "net.pth", "refs/pr/3")),
        ("hf://lab/net@refs/pr/3/net.pth", HubAddress("lab/net", "net.pth", "refs/pr/3")),
        ("hf://lab/net/net%402x.pth", HubAddress("lab/net", "net@2x.pth")),
        ("hf://datasets/lab/sets", HubAddress("lab/sets", kind="dataset")),
        ("hf://datasets/lab/sets/Set5@v1", HubAddress("lab/sets", "Set5", "v1", "dataset")),
    ],
)
def test_addresses(text, address):
    assert HubAddress.parse(text) == address
    assert HubAddress.parse(str(address)) == address


def test_addresses_are_those_of_the_library():
    """Where both know a form: `huggingface_hub` has the revision behind the repository alone."""
    uris = pytest.importorskip("huggingface_hub.utils._hf_uris", reason="a private module of huggingface_hub 2")
    for text in (
        "hf://lab/net/a/net.pth",
        "hf://lab/net@v1/a/net.pth",
        "hf://datasets/lab/sets@refs/pr/3/Set5",
        "hf://datasets/lab/sets@refs/convert/parquet/Set5",
        "hf://models/lab/net@v1%2Fold/net.pth",
    ):
        theirs, ours = uris.parse_hf_uri(text), HubAddress.parse(text)
        assert (ours.kind, ours.repo, ours.revision, ours.path) == (
            theirs.type,
            theirs.id,
            theirs.revision or "",
            theirs.path_in_repo,
        )
        if ours.path:
            assert ours.page.replace("/main/", f"/{theirs.revision or 'main'}/") == theirs.to_url(
                "https://huggingface.co"
            ).replace("refs/pr/3", "refs%2Fpr%2F3").replace("refs/convert/parquet", "refs%2Fconvert%2Fparquet")


@pytest.mark.parametrize(
    "text",
    [
        "hf://",
        "hf://lab",
        "hf://lab/",
        "hf://spaces/lab/net/x",
        "hf://lab/net/x@",
        "hf://lab/net@a/x@b",
        "hf://lab/n t/x",
        "hf://lab/net/../x",
        "hf://lab/net//x",
        "hf://datasets/lab",
    ],
)
def test_no_addresses(text):
    with pytest.raises(UsageError, match=r": (names|holds) .*; write hf://org/repo/path\[@revision\]"):
        HubAddress.parse(text)


def test_the_hash_of_the_test_server_is_git_s():
    """As `printf hello | git hash-object --stdin` prints it."""
    assert hashlib.sha1(b"blob 5\0hello").hexdigest() == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"  # noqa: S324
