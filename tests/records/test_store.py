"""Records on disk: whole or not at all, and the same when read again."""

from __future__ import annotations

import json
import math
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.errors import StoreError
from srbench.records.cell import Cell
from srbench.records.record import SCHEMA, Record
from srbench.records.store import Store


def record(key="ab" * 32, status="ok", **fields) -> Record:
    cell = Cell("bicubic", "Set5", 4.0, "standard", "psnr", "paper", 0, key)
    return Record(cell, status, **{"values": {"baby": 31.5, "bird": 30.25}, "value": 30.875, **fields})


def test_round_trip(tmp_path):
    store = Store(tmp_path)
    written = record(warnings=("a remark",), versions={"torch": "2"}, missing={"tiny": "too small"})
    path = store.put(written)
    assert path == tmp_path / "records" / "ab" / f"{'ab' * 32}.json"
    assert store.get(written.cell.key) == written
    assert list(store) == [written]
    assert not list(tmp_path.rglob(".*")), "no temporary file is left"


@given(
    st.dictionaries(st.text(min_size=1, max_size=5), st.floats(), min_size=1, max_size=5), st.floats(allow_nan=False)
)
def test_any_value_survives_json(values, value):
    """NaN and infinities too, in JSON that a strict parser reads."""
    written = record(values=values, value=value)
    text = written.to_json()
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    read = Record.from_json(text)
    assert read.value == value
    assert all(
        a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(read.values.values(), values.values(), strict=True)
    )


def test_values_that_are_not_finite_are_named_and_never_averaged():
    one = record(values={"baby": 30.0, "bird": math.inf, "head": math.nan}, value=30.0)
    assert one.finite == [30.0]
    assert one.remarks == "2 of 3 images not finite and not in the mean: bird (inf), head (nan)"


def test_a_failed_cell_is_never_done(tmp_path):
    store = Store(tmp_path)
    store.put(record(status="failed", value=None, values={}, error="RuntimeError: no"))
    assert store.get("ab" * 32).status == "failed"
    assert store.done("ab" * 32) is None


@pytest.mark.parametrize(
    "text", ["", "{", '{"schema": 1}', '{"schema": 99}', "[]", '{"schema": 1, "std": 1, "cell": {}}']
)
def test_what_is_no_record_is_named(tmp_path, text):
    path = tmp_path / "records" / "ab" / f"{'ab' * 32}.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(StoreError, match=f"{'ab' * 32}.json"):
        Store(tmp_path).get("ab" * 32)
    with pytest.warns(UserWarning, match="the cell counts as not measured"):
        assert Store(tmp_path).done("ab" * 32) is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"--out .*file: can't be written"):
        Store(tmp_path / "file").prepare()


def test_a_failure_never_replaces_what_is_finished(tmp_path):
    store = Store(tmp_path)
    store.put(record())
    store.put(record(status="failed", value=None, values={}, error="out of memory"))
    assert store.get("ab" * 32) == record()


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = Store(tmp_path).path("ab" * 32)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError, match="damaged, or not a record of srbench"):
        Store(tmp_path).get("ab" * 32)


def old(path, schema=1):
    """A record as an older srbench wrote it."""
    document = json.loads(record(key=path.stem).to_json()) | {"schema": schema}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))


def test_records_of_an_older_schema_are_set_aside_with_one_line(tmp_path):
    keys = ("ab" * 32, "cd" * 32)
    for key in keys:
        old(tmp_path / "records" / key[:2] / f"{key}.json")
    store = Store(tmp_path)
    with pytest.warns(UserWarning, match=r"2 records of an older schema are set aside in .*records-schema-1; ") as said:
        store.prepare()
    assert len(said) == 1
    assert all((tmp_path / "records-schema-1" / key[:2] / f"{key}.json").is_file() for key in keys)
    assert not list(store)
    store.put(record())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.prepare()
    assert [record.cell.key for record in store] == ["ab" * 32]


def test_only_older_records_are_set_aside(tmp_path):
    """Where the marker is gone, or another process has begun to write, records of this schema stay."""
    store = Store(tmp_path)
    store.put(record("cd" * 32))
    old(tmp_path / "records" / "ab" / f"{'ab' * 32}.json")
    with pytest.warns(UserWarning, match="1 records of an older schema are not read; the next run sets them aside"):
        store.warn_of_older()
    with pytest.warns(UserWarning, match="1 records of an older schema are set aside"):
        store.prepare()
    assert [record.cell.key for record in store] == ["cd" * 32]
    (tmp_path / "records" / "SCHEMA").unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.warn_of_older()
        store.prepare()
    assert [record.cell.key for record in store] == ["cd" * 32]


def test_a_new_folder_is_marked_and_one_of_a_newer_srbench_is_refused(tmp_path):
    store = Store(tmp_path)
    store.prepare()
    marker = tmp_path / "records" / "SCHEMA"
    assert marker.read_text() == f"{SCHEMA}\n"
    marker.write_text(f"{SCHEMA + 1}\n")
    with pytest.raises(StoreError, match=f"written by a newer srbench .schema {SCHEMA + 1}.; use another --out"):
        store.prepare()
    marker.write_text("two\n")
    with pytest.raises(StoreError, match=r"SCHEMA: damaged"):
        store.prepare()


def test_a_record_of_an_older_schema_is_never_misread(tmp_path):
    path = tmp_path / "records" / "ab" / f"{'ab' * 32}.json"
    old(path)
    with pytest.raises(StoreError, match=r"schema 1, but this srbench reads schema 2"):
        Store(tmp_path).get("ab" * 32)
    with pytest.warns(UserWarning, match="schema 1.*the cell counts as not measured"):
        assert Store(tmp_path).done("ab" * 32) is None
