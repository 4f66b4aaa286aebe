"""The index of a store saves time and nothing else: what is found is what the record files hold at that moment."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.errors import StoreError
from srbench.records import index, lazy_records, store
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.records.store import Store, _read_verified
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from pathlib import Path

KEYS = [canonical_hash(number) for number in range(6)]


def record(key, value=30.0, status="ok", **fields) -> Record:
    cell = Cell(f"method {key[0]}", "Set5", 4.0, "standard", "psnr", "paper", 0, key)
    return Record(cell, status, {"baby": value, "bird": value}, value, seconds=2.5, **fields)


@pytest.fixture
def remembered(monkeypatch, tmp_path):
    """An index that remembers records at once, and however few they are."""
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(index, "FEWEST", 1)
    monkeypatch.setattr(index, "SETTLED", -(10**18))


@pytest.fixture
def filled(tmp_path, remembered):
    filled = Store(tmp_path / "results")
    for key in KEYS:
        filled.put(record(key))
    return filled


def opened(records: Path) -> tuple[dict, list[str]]:
    """Return what is found in a folder, and the names of the files that were read for it."""
    read = []
    found, errors = index.summaries(records, lambda path: (read.append(path.stem), _read_verified(path))[1])
    return found | {str(error): None for error in errors}, read


def test_records_are_read_once(filled):
    found, read = opened(filled.records)
    assert sorted(read) == sorted(KEYS) == sorted(found)
    summary = found[KEYS[0]]
    assert summary.cell(KEYS[0]) == record(KEYS[0]).cell
    assert (summary.status, summary.seconds, summary.images) == ("ok", 2.5, 2)
    assert opened(filled.records) == (found, [])


def flipped(content: bytes) -> bytes:
    return content[:-20] + bytes([content[-20] ^ 1]) + content[-19:]


def signed(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


DAMAGES = {
    "empty": lambda _: b"",
    "cut off": lambda content: content[:-9],
    "one bit": flipped,
    "no hash": lambda content: content.partition(b"\n")[2],
    "list": lambda _: signed(b"[]"),
    "nested": lambda _: signed(b"[" * 100_000),
    "no keys": lambda content: signed(content.partition(b"\n")[2].replace(b'"keys"', b'"other"')),
    "one key": lambda content: signed(content.partition(b"\n")[2].replace(f'"{KEYS[0]}",'.encode(), b"")),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_made_again(filled, damage):
    found, _ = opened(filled.records)
    file = index.index_file(filled.records)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    again, read = opened(filled.records)
    assert again == found
    assert sorted(read) == sorted(KEYS)
    assert file.read_bytes() == whole


def test_an_index_lies_in_the_cache_and_may_be_missing(filled, tmp_path, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in filled.root.rglob("*")}
    found, _ = opened(filled.records)
    assert before == {path: path.stat().st_mtime_ns for path in filled.root.rglob("*")}, "folders may be read-only"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path / "file" / "cache"))
    assert opened(filled.records)[0] == found


def test_versions_of_the_index_have_files_of_their_own(filled, monkeypatch):
    opened(filled.records)
    first = index.index_file(filled.records)
    monkeypatch.setattr(index, "FORMAT", index.FORMAT + 1)
    assert index.index_file(filled.records) != first
    assert sorted(opened(filled.records)[1]) == sorted(KEYS)
    assert first.is_file()


def test_a_copied_folder_has_an_index_of_its_own(filled, tmp_path):
    found, _ = opened(filled.records)
    shutil.copytree(filled.root, tmp_path / "copy", copy_function=shutil.copy2)
    copied, read = opened(tmp_path / "copy" / "records")
    assert sorted(read) == sorted(KEYS) == sorted(copied)
    assert {key: summary[1:] for key, summary in copied.items()} == {key: each[1:] for key, each in found.items()}


def test_a_file_that_may_still_change_unseen_is_not_remembered(filled, monkeypatch):
    """Times of whole seconds, as some file systems have, don't tell of a second change within the same one."""

    def coarse(file):
        status = file.stat()
        return (status.st_size, *(times // 10**9 * 10**9 for times in (status.st_mtime_ns, status.st_ctime_ns)), 1)

    monkeypatch.setattr(index, "SETTLED", 2_000_000_000)
    monkeypatch.setattr(index, "state", coarse)
    path = filled.path(KEYS[0])
    os.utime(path)
    changed = path.read_text().replace('"status": "ok"', '"status": "no"')
    opened(filled.records)
    path.write_text(changed)
    found, read = opened(filled.records)
    assert path.stem in read
    assert path.stem not in found


TIME = itertools.count(1_000_000_000_000_000_000, 1_000_000_000)


def put(folder, key):
    folder.put(record(key))


def put_failed(folder, key):
    folder.put(record(key, status="failed"))


def remove(folder, key):
    folder.path(key).unlink(missing_ok=True)


def damage(folder, key):
    folder.path(key).write_text("{")


def change_in_place(folder, key):
    folder.path(key).write_text(record(key, status="unavailable").to_json())


def copy_another(folder, key):
    other = KEYS[KEYS.index(key) - 1]
    if folder.path(other).exists():
        shutil.copy2(folder.path(other), folder.path(key))


def move_to_another_folder(folder, key):
    if folder.path(key).exists():
        (folder.records / "zz").mkdir(exist_ok=True)
        folder.path(key).replace(folder.records / "zz" / f"{key}.json")


CHANGES = [put, put_failed, remove, damage, change_in_place, copy_another, move_to_another_folder]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.sampled_from(KEYS), st.booleans()), min_size=1, max_size=12))
def test_what_is_found_is_what_is_there(tmp_path_factory, changes):
    root = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # put reads damaged records
        patch.setattr(index, "FEWEST", 1)
        patch.setattr(index, "SETTLED", -(10**18))
        folder = Store(root)
        for key in KEYS:
            (folder.records / key[:2]).mkdir(parents=True, exist_ok=True)
        for change, key, looks in changes:
            change(folder, key)
            if folder.path(key).exists():  # changes within the resolution of the clock have a test of their own
                os.utime(folder.path(key), ns=(next(TIME),) * 2)
            if looks:
                patch.setenv("SRBENCH_CACHE", str(root / "cache"))
                found = opened(folder.records)[0]
                patch.setenv("SRBENCH_CACHE", str(root / "nothing" / str(next(TIME))))
                assert found == opened(folder.records)[0]


def test_slots_are_read_when_they_are_asked_for(filled):
    slots = filled.by_slot
    assert set(slots) == {(f"method {key[0]}", "psnr", 4.0) for key in KEYS}
    slot = ("method " + KEYS[0][0], "psnr", 4.0)
    there = sorted(key for key in KEYS if key[0] == KEYS[0][0])
    assert [found.cell.key for found in slots[slot]] == there
    filled.path(KEYS[0]).write_text("{")
    with pytest.warns(UserWarning, match="damaged, or not a record"):
        assert [found.cell.key for found in slots[slot]] == [key for key in there if key != KEYS[0]]
    assert ("another", "psnr", 4.0) not in slots


@pytest.mark.parametrize("many", [1, 1000])
def test_finished_records_are_those_of_this_moment(filled, monkeypatch, many):
    """However long ago the summaries were made; `many` tells whether the records are read at once."""
    monkeypatch.setattr(store, "MANY", many)
    new, failed = canonical_hash("new"), canonical_hash("failed")
    filled.put(record(failed, status="failed"))
    assert len(filled.summaries) == len(KEYS) + 1
    filled.put(record(new, 20.0))
    filled.put(record(failed, 10.0))
    filled.path(KEYS[0]).unlink()
    filled.path(KEYS[1]).write_text("{")
    with pytest.warns(UserWarning, match="the cell counts as not measured"):
        found = filled.finished([*KEYS, new, failed, new, canonical_hash("missing")])
    assert dict(found) == {key: record(key) for key in KEYS[2:]} | {
        new: record(new, 20.0),
        failed: record(failed, 10.0),
    }
    assert len(found) == len(KEYS)
    with pytest.raises(KeyError):
        found[KEYS[0]]


def test_a_record_that_is_damaged_after_planning_is_a_failed_cell(filled, monkeypatch):
    monkeypatch.setattr(store, "MANY", 1)
    found = filled.finished(KEYS)
    filled.path(KEYS[0]).write_text("{")
    with pytest.warns(UserWarning, match="the cell counts as not measured"):
        read = found[KEYS[0]]
    assert (read.status, read.value, read.cell) == ("failed", None, record(KEYS[0]).cell)
    assert "run again to measure it" in read.error


def test_a_run_keeps_few_of_its_records_in_memory(filled, monkeypatch):
    monkeypatch.setattr(lazy_records, "MANY", 2)
    old, *new, last = KEYS
    run = lazy_records.RunRecords([{old: record(old)}], filled.done)
    for key in new:
        run[key] = record(key)
    run[last] = record(last, status="failed")
    assert dict(run) == {key: record(key) for key in KEYS[:-1]} | {last: record(last, status="failed")}
    run[last] = record(last)
    for key in KEYS:
        filled.path(key).unlink()
    failed = {key for key, each in run.items() if each.status == "failed"}
    assert failed == {*new[2:], last}, "read again"
    nothing_stored = lazy_records.RunRecords([], None)
    nothing_stored.update({key: record(key) for key in KEYS})
    assert dict(nothing_stored) == {key: record(key) for key in KEYS}


def test_a_record_in_the_folder_of_other_keys_fills_nothing(filled, monkeypatch):
    monkeypatch.setattr(store, "MANY", 1)
    move_to_another_folder(filled, KEYS[0])
    assert sorted(filled.finished(KEYS)) == sorted(KEYS[1:])
    assert sorted(found.cell.key for found in itertools.chain(*filled.by_slot.values())) == sorted(KEYS[1:])


def test_a_failure_never_replaces_what_another_process_finishes_meanwhile(tmp_path, monkeypatch):
    """A failed record is written after a look for a finished one; between the two, others wait."""
    folder, other = Store(tmp_path), Store(tmp_path)
    finishing = threading.Thread(target=other.put, args=(record(KEYS[0]),))

    def looks(key):
        found = Store.done(folder, key)
        finishing.start()
        finishing.join(0.3)
        return found

    monkeypatch.setattr(folder, "done", looks)
    folder.put(record(KEYS[0], status="failed"))
    finishing.join()
    assert Store(tmp_path).done(KEYS[0]) == record(KEYS[0])


def test_records_of_a_task_are_stored_together(tmp_path):
    folder = Store(tmp_path)
    folder.put_all([])
    folder.put_all([record(KEYS[0])])
    folder.put_all([record(key, 20.0) for key in KEYS[1:]])
    assert {each.cell.key: each.value for each in folder} == dict.fromkeys(KEYS[1:], 20.0) | {KEYS[0]: 30.0}
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be written"):
        Store(tmp_path / "file").put_all([record(key) for key in KEYS])


WRITER = """
import sys
from pathlib import Path
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.records.store import Store
from srbench.storage.canonical_hash import canonical_hash
store, writer, count = Store(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
store.prepare()
for number in range(count):
    for shared in (True, False):
        identity = {"number": number} if shared else {"number": number, "writer": writer}
        cell = Cell("net", "Set5", 4.0, "standard", "psnr", "paper", 0, canonical_hash(identity))
        failed = shared and (number + writer) % 8 != 0  # one of eight writers finishes each shared cell
        status = "failed" if failed else "ok"
        store.put(Record(cell, status, {str(image): 30.0 for image in range(100)}, 30.0, identity=identity))
"""


def test_eight_writers_lose_nothing_and_no_reader_sees_part_of_a_record(tmp_path):
    count = 16
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(writer), str(count)]) for writer in range(8)
    ]
    while any(writer.poll() is None for writer in writers):
        records, damaged = Store(tmp_path).read_all()
        assert damaged == []
        assert all(len(each.values) == 100 for each in records)
    assert [writer.returncode for writer in writers] == [0] * 8
    wanted = [canonical_hash({"number": number}) for number in range(count)]
    wanted += [canonical_hash({"number": number, "writer": writer}) for number in range(count) for writer in range(8)]
    assert sorted(Store(tmp_path).finished(wanted)) == sorted(wanted)
    assert sorted(path.stem for path in tmp_path.rglob("*.json")) == sorted(wanted)
    assert [path.name for path in tmp_path.rglob(".*")] == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner, inner)
            | st.dictionaries(st.text(max_size=3) | st.integers() | st.booleans() | st.none(), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_indented_text_is_that_of_json(value):
    from srbench.storage.plain_json import indented_json, plain

    assert indented_json(value) == json.dumps(plain(value), indent=1, allow_nan=False)
