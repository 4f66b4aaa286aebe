"""Laws of merged records, conflicts, and damaged records."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.errors import StoreError
from srbench.merging.merge import check_new, new_folder, write_records
from srbench.merging.records import NEWEST, Source, merge_records
from srbench.storage.canonical_hash import canonical_hash

VALUES = st.floats(allow_nan=True, allow_infinity=True, width=32) | st.none()
CELLS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.just(1.5), st.sampled_from(("x", "y"))), max_size=6)
"""Value and device by name of a cell."""
ANY_CELLS = st.dictionaries(st.sampled_from("abc"), st.tuples(VALUES, st.sampled_from(("x", "y"))), max_size=3)


def number(value):
    return str(value) if value is not None and value - value != 0 else value


def write(folder, cell, value=1.5, device="x", status="ok", **other):
    """Write the record of a cell, a name that its key is made of, and return its path."""
    identity = {"method": cell, "scale": 4.0}
    key = canonical_hash(identity)
    place = {"method": cell, "dataset": "Set5", "scale": 4.0, "protocol": "p", "metric": "psnr", "profile": "paper"}
    document = {
        "schema": 2,
        "cell": {**place, "seed": 0, "key": key},
        "status": status,
        "values": {} if value is None or status != "ok" else {"baby": number(value)},
        "value": None if status != "ok" else number(value),
        "warnings": [],
        "device": device,
        "identity": identity,
        "std": None,
    }
    path = folder / "records" / key[:2] / f"{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document | other, indent=1), encoding="utf-8")
    return path


def source(folder, cells=()):
    folder = Path(folder)
    (folder / "records").mkdir(parents=True, exist_ok=True)
    for cell, (value, device) in dict(cells).items():
        write(folder, cell, value, device)
    return Source(folder.name, folder)


def contents(merged):
    return {key: candidate.path.read_bytes() for key, candidate in merged.chosen.items()}


@settings(max_examples=30)
@given(a=ANY_CELLS)
def test_a_folder_with_itself_is_itself(a):
    with tempfile.TemporaryDirectory() as folder:
        ours = source(f"{folder}/a", a)
        merged = merge_records([ours, Source("again", ours.folder)])
        assert contents(merged) == {path.stem: path.read_bytes() for path in ours.folder.rglob("*.json")}
        assert (merged.conflicts, merged.damaged) == ((), ())


@settings(max_examples=30)
@given(a=CELLS, b=CELLS, c=CELLS)
def test_the_order_of_the_folders_does_not_matter(a, b, c):
    """Where the values agree; devices may differ."""
    with tempfile.TemporaryDirectory() as folder:
        sources = [source(f"{folder}/{name}", cells) for name, cells in (("a", a), ("b", b), ("c", c))]
        merged = merge_records(sources)
        assert contents(merged) == contents(merge_records(sources[::-1]))
        assert {each.record.cell.method for each in merged.chosen.values()} == a.keys() | b.keys() | c.keys()
        # and merged two at a time
        write_records(merge_records(sources[:2]).chosen, Path(folder) / "ab")
        assert contents(merge_records([Source("ab", Path(folder) / "ab"), sources[2]])) == contents(merged)


@settings(max_examples=30)
@given(a=ANY_CELLS, b=ANY_CELLS)
def test_conflicts_are_those_cells_whose_values_differ(a, b):
    with tempfile.TemporaryDirectory() as folder:
        merged = merge_records([source(f"{folder}/a", a), source(f"{folder}/b", b)])
        differing = {
            cell
            for cell in a.keys() & b.keys()
            if repr(a[cell][0]).replace("-0.0", "0.0") != repr(b[cell][0]).replace("-0.0", "0.0")
        }
        assert {conflict.candidates[0].record.cell.method for conflict in merged.conflicts} == differing
        assert {each.record.cell.method for each in merged.chosen.values()} == (a.keys() | b.keys()) - differing


@pytest.mark.parametrize(("prefer", "value"), [("a", 1.0), ("b", 2.0), (NEWEST, 2.0)])
def test_preference(tmp_path, prefer, value):
    a, b = source(tmp_path / "a", {"x": (1.0, "d")}), source(tmp_path / "b", {"x": (2.0, "d")})
    (older,) = a.folder.rglob("*.json")
    os.utime(older, (1, 1))
    for sources in ([a, b], [b, a]):
        merged = merge_records(sources, prefer)
        assert [each.record.value for each in merged.chosen.values()] == [value]
        assert (len(merged.settled), merged.conflicts) == (1, ())


def test_a_merge_keeps_the_times_by_which_the_newest_is_found(tmp_path):
    a, b = source(tmp_path / "a", {"x": (1.0, "d")}), source(tmp_path / "b", {"x": (2.0, "d")})
    (older,) = a.folder.rglob("*.json")
    os.utime(older, (1, 1))
    write_records(merge_records([a]).chosen, tmp_path / "merged")
    again = merge_records([Source("merged", tmp_path / "merged"), b], NEWEST)
    assert [each.record.value for each in again.chosen.values()] == [2.0]


def test_a_source_that_vanishes_is_named(tmp_path):
    a = source(tmp_path / "a", {"x": (1.0, "d")})
    merged = merge_records([a])
    (path,) = a.folder.rglob("*.json")
    path.unlink()
    with new_folder(tmp_path / "out") as folder, pytest.raises(StoreError, match=rf"^{path}: can't be read \(No such"):
        write_records(merged.chosen, folder)


def test_a_preference_that_settles_nothing(tmp_path):
    """The preferred folder lacks the cell, or both files are equally new."""
    sources = [source(tmp_path / name, cells) for name, cells in (("a", {"x": (1.0, "")}), ("b", {"x": (2.0, "")}))]
    sources.append(source(tmp_path / "c"))
    for each in sources[:2]:
        (path,) = each.folder.rglob("*.json")
        os.utime(path, (1, 1))
    for prefer in ("c", NEWEST):
        merged = merge_records(sources, prefer)
        assert (len(merged.conflicts), dict(merged.chosen)) == (1, {})


def test_a_conflict_is_named(tmp_path):
    a, b = source(tmp_path / "a", {"net": (29.0, "")}), source(tmp_path / "b", {"net": (29.25, "")})
    (conflict,) = merge_records([a, b]).conflicts
    assert conflict.text.startswith("net, Set5, x4, psnr: 29.0 (a), 29.25 (b), largest difference 0.25; record ")


def test_the_largest_difference_is_that_of_any_two(tmp_path):
    values = {"a": 1.0, "b": 0.0, "c": 2.0}
    sources = [source(tmp_path / name, {"net": (value, "")}) for name, value in values.items()]
    (conflict,) = merge_records(sources).conflicts
    assert "largest difference 2; record" in conflict.text


@pytest.mark.parametrize("status", ["failed", "unavailable"])
def test_a_measured_record_wins(tmp_path, status):
    a, b = source(tmp_path / "a"), source(tmp_path / "b", {"x": (1.0, "")})
    write(a.folder, "x", None, status=status)
    write(a.folder, "y", None, status=status)
    for sources in ([a, b], [b, a]):
        merged = merge_records(sources)
        assert sorted(each.record.status for each in merged.chosen.values()) == sorted(["ok", status])
        assert merged.conflicts == ()


def test_the_more_complete_record_is_taken(tmp_path):
    a, b = source(tmp_path / "a", {"x": (1.0, "")}), source(tmp_path / "b")
    write(b.folder, "x", 1.0, device="", lr="file", source="released")
    for sources in ([a, b], [b, a]):
        (chosen,) = merge_records(sources).chosen.values()
        assert chosen.record.lr == "file"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"schema": 1}', b'{"schema": 99}'])
def test_a_damaged_record_costs_itself_alone(tmp_path, content):
    a, b = source(tmp_path / "a", {"x": (1.0, ""), "y": (1.0, "")}), source(tmp_path / "b", {"x": (1.0, "")})
    for cell in "xy":
        write(a.folder, cell).write_bytes(content)
    write(a.folder, "z", 3.0)
    merged = merge_records([a, b])
    assert {each.record.cell.method for each in merged.chosen.values()} == {"x", "z"}
    assert len(merged.damaged) == 2
    assert all(str(a.folder) in text and "\n" not in text for text in merged.damaged)


def test_no_file_but_a_pipe_or_a_folder(tmp_path):
    a = source(tmp_path / "a", {"x": (1.0, "")})
    path = write(a.folder, "y")
    path.unlink()
    os.mkfifo(path)
    write(a.folder, "z").unlink()
    write(a.folder, "z").with_suffix("").mkdir()
    merged = merge_records([a])
    assert {each.record.cell.method for each in merged.chosen.values()} == {"x", "z"}
    assert "a named pipe, not a file" in merged.damaged[0]


def test_a_record_under_another_name(tmp_path):
    a = source(tmp_path / "a", {"x": (1.0, "")})
    path = write(a.folder, "y")
    path.rename(path.with_stem(path.stem[:-1] + ("1" if path.stem.endswith("0") else "0")))
    merged = merge_records([a])
    assert len(merged.chosen) == 1
    assert "another cell" in merged.damaged[0]


def test_a_record_in_another_folder(tmp_path):
    """No command of srbench would find it there."""
    a = source(tmp_path / "a", {"x": (1.0, "")})
    path = write(a.folder, "y")
    (a.folder / "records" / "zz").mkdir()
    path.rename(a.folder / "records" / "zz" / path.name)
    merged = merge_records([a])
    assert len(merged.chosen) == 1
    assert merged.damaged == (f"{path}: missing, its record lies in another folder; move it there",)


def test_no_records(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(StoreError, match="a: there is no folder records in it"):
        merge_records([Source("a", tmp_path / "a")])


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "empty").mkdir()
    check_new(tmp_path / "empty")
    check_new(tmp_path / "new")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("full", "full/file", "dangling", "x" * 300):
        with pytest.raises(StoreError, match="--out "):
            check_new(tmp_path / name)


@pytest.mark.parametrize("name", ["new", "empty", "deep/er/new"])
def test_the_folder_appears_as_a_whole(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with new_folder(tmp_path / name) as folder:
        assert folder.name == Path(name).name
        (folder / "file").write_text("x")
        assert not (tmp_path / name / "file").exists()
    assert (tmp_path / name / "file").read_text() == "x"
    assert [path.name for path in (tmp_path / name).parent.iterdir() if path.name.startswith(".")] == []


def fail(out, error):
    with new_folder(out) as folder:
        (folder / "file").write_text("x")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupted_merge_leaves_nothing(tmp_path, error):
    with pytest.raises(error):
        fail(tmp_path / "deep" / "new", error)
    assert list(tmp_path.iterdir()) == []
