"""One damaged record costs itself alone: named in a warning, measured again, and never another cell's number."""

from __future__ import annotations

import json
import os
import shutil
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.errors import StoreError
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.records.store import Store
from srbench.storage.canonical_hash import canonical_hash

GOOD, OTHER = "ab" * 32, "cd" * 32


def record(key=GOOD, value=30.0, **fields) -> Record:
    return Record(
        Cell("bicubic", "Set5", 4.0, "standard", "psnr", "paper", 0, key), "ok", {"baby": value}, value, **fields
    )


@pytest.fixture
def store(tmp_path):
    """A store with a damaged record to be, and a good one."""
    store = Store(tmp_path)
    store.prepare()
    store.put(record())
    store.put(record(OTHER, 20.0))
    return store


def is_damaged(store, *words):
    with pytest.raises(StoreError) as raised:
        store.get(GOOD)
    (line,) = str(raised.value).splitlines()
    assert line.startswith(str(store.path(GOOD)))
    for word in words:
        assert word in line
    with pytest.warns(UserWarning, match="the cell counts as not measured"):
        assert store.done(GOOD) is None
    assert store.done(OTHER) == record(OTHER, 20.0)
    with pytest.warns(UserWarning, match="1 records are left out, the first: "):
        assert [found.cell.key for found in store] == [OTHER]
    with pytest.warns(UserWarning, match="1 records are left out, the first: "):
        assert [found.cell.key for (found,) in Store(store.root).by_slot.values()] == [OTHER]


CONTENT = {
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "nested mapping": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "digits": json.dumps({"schema": 1}).replace("1", "9" * 5000).encode(),
    "not UTF-8": b"\xff\xfe\x00",
    "empty": b"",
    "cut off": record().to_json()[:200].encode(),
    "list": b"[1]",
    "text": b'"record"',
    "null": b"null",
}


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
def test_content(store, content):
    store.path(GOOD).write_bytes(content)
    is_damaged(store, "damaged, or not a record of srbench")


ENTRIES = [
    ("missing", None), ("missing", {"baby": 1}), ("missing", []),
    ("warnings", [1]), ("warnings", None), ("warnings", "text"), ("warnings", {"a": 1}),
    ("protocol", None), ("protocol", []), ("training", None), ("identity", "text"), ("versions", None),
    ("weights", {"a": None}), ("values", None), ("values", {"baby": None}), ("values", {"baby": "30"}),
    ("values", {"baby": True}), ("values", {"baby": 10**400}), ("values", [30.0]),
    ("value", 10**400), ("value", "thirty"), ("value", [1]), ("value", True), ("interval", [1]), ("interval", [1, "x"]),
    ("interval", 3), ("status", "done"), ("status", None), ("status", []), ("error", 1), ("seconds", None),
    ("bad_input", "no"), ("schema", None), ("schema", "2"), ("schema", 2.0), ("schema", True), ("cell", None),
    ("cell", []), ("unknown", 1), ("device", ["cpu"]), ("lr", None), ("source", 3),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "value"), ENTRIES, ids=lambda value: str(value)[:20])
def test_entries(store, entry, value):
    document = json.loads(record().to_json()) | {entry: value}
    store.path(GOOD).write_text(json.dumps(document))
    is_damaged(store)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        *(("scale", wrong) for wrong in ("2", None, -1, 0, 10**400, True, "inf")),
        *(("seed", wrong) for wrong in ("0", 1.5, -1, 10**30, None)),
        ("method", None), ("metric", 3), ("dataset", ["Set5"]), ("key", None), ("new", 1),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_coordinates(store, entry, value):
    document = json.loads(record().to_json())
    document["cell"][entry] = value
    store.path(GOOD).write_text(json.dumps(document))
    is_damaged(store)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(json.loads(record().to_json()))), plain)
def test_any_value_of_any_entry_is_a_record_or_named(entry, value):
    document = json.loads(record().to_json()) | {entry: value}
    try:
        read = Record.from_json(json.dumps(document))
    except StoreError:
        return
    assert isinstance(read.remarks, str)
    assert read.std is None or read.std >= 0 or read.nonfinite
    json.loads(read.to_json())


def test_a_record_of_another_cell_is_never_its_number(store):
    shutil.copy(store.path(OTHER), store.path(GOOD))
    is_damaged(store, "it holds the record of another cell, cdcdcdcdcdcd")


def test_a_key_is_the_hash_of_the_identity(tmp_path):
    store, identity = Store(tmp_path), {"method": "bicubic", "scale": 4.0}
    whole = record(canonical_hash(identity), identity=identity)
    store.put(whole)
    assert store.get(whole.cell.key) == whole
    path = store.path(whole.cell.key)
    path.write_text(path.read_text().replace('"scale": 4.0\n', '"scale": 2.0\n'))
    with pytest.raises(StoreError, match="its key is not the hash of its identity"):
        store.get(whole.cell.key)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("kind", ["folder", "pipe", "socket"])
def test_what_is_no_file_is_never_waited_for(store, kind, monkeypatch):
    path = store.path(GOOD)
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        monkeypatch.chdir(path.parent)  # names of sockets are short
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    is_damaged(store, "not a file; name a regular file")
    (store.records / "SCHEMA").unlink()
    Store(store.root).prepare()  # asks each record for its schema
    if kind == "folder":
        with pytest.warns(UserWarning, match="a folder, so the record is not stored there; remove the folder"):
            store.put(record())
        assert path.is_dir()
    else:
        store.put(record())
        assert store.get(GOOD) == record()
