"""What else differs between two cells, from their records."""

from __future__ import annotations

import json

import pytest

from srbench.comparison.cell_records import CellRecords
from srbench.comparison.difference import compare
from srbench.comparison.sides import Side
from srbench.comparison.table_cells import read_tables


@pytest.fixture
def changed(results, line, write_record):
    """``changed(before, after)``: the change of a cell from 29.378 to 29.300, with these parts of its records."""

    def change(before=None, after=None, **cells):
        sides = []
        for name, value, record in (("a", 29.378, before), ("b", 29.3, after)):
            folder = results(name, line(measured=value, **cells))
            if record is not None:
                write_record(folder, value, **record)
            sides.append(CellRecords(Side(name, folder)))
        (found,) = compare(*sides).changes
        return found

    return change


def named(change):
    return {(cause.circumstance, cause.name): (cause.before, cause.after) for cause in change.causes}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"weights": {"n.pth": "a" * 64}}, {"weights": {"n.pth": "b" * 64}}, ("weights", "n.pth", "a" * 12, "b" * 12)),
        ({"weights": {}}, {"weights": {"n.pth": "b" * 64}}, ("weights", "n.pth", "", "b" * 12)),
        (
            {"dataset_fingerprint": "1" * 64},
            {"dataset_fingerprint": "2" * 64},
            ("data", "", "1" * 12, "2" * 12),
        ),
        ({"lr": "file"}, {"lr": "made:matlab"}, ("data", "LR", "file", "made:matlab")),
        ({"protocol": {"crop_extra": 0}}, {"protocol": {"crop_extra": 4}}, ("protocol", "crop_extra", "0", "4")),
        ({"versions": {"torch": "2.1"}}, {"versions": {"torch": "2.2"}}, ("library", "torch", "2.1", "2.2")),
        ({"device": "cpu: x"}, {"device": "cuda: y"}, ("device", "", "cpu: x", "cuda: y")),
        (
            {"identity": {"metric": {"name": "psnr", "version": 1}}},
            {"identity": {"metric": {"name": "psnr", "version": 2}}},
            ("version", "of metric", "1", "2"),
        ),
        (
            {"identity": {"model": {"name": "n", "version": 1, "arguments": {"blocks": 3}}}},
            {"identity": {"model": {"name": "n", "version": 1, "arguments": {"blocks": 4}}}},
            ("network", "blocks", "3", "4"),
        ),
        (
            {"training": {"trained_with": {"phases": [{"name": "l1", "budget": {"steps": 10}}]}}},
            {"training": {"trained_with": {"phases": [{"name": "l1", "budget": {"steps": 20}}]}}},
            ("budget", "steps of l1", "10", "20"),
        ),
        ({"source": "released"}, {"source": "trained"}, ("method", "source", "released", "trained")),
    ],
)
def test_one_cause(changed, before, after, expected):
    what, name, *texts = expected
    change = changed(before, after)
    assert named(change) == {(what, name): tuple(texts)}
    assert change.unknown == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({}, {"versions": {"srbench-new-plugin": "1.0"}}),
        ({"lr": "", "source": ""}, {"lr": "file", "source": "released"}),
        ({"seconds": 1.0}, {"seconds": 2.0}),
    ],
)
def test_unrecorded_circumstances_are_no_cause(changed, before, after):
    """Nor does what records of older versions do not name."""
    assert named(changed(before, after)) == {}


def test_what_matters_most_is_first(changed):
    before = {"device": "x", "weights": {"n": "a"}, "versions": {"torch": "1"}, "dataset_fingerprint": "f"}
    after = {"device": "y", "weights": {"n": "b"}, "versions": {"torch": "2"}, "dataset_fingerprint": "g"}
    assert [cause.circumstance for cause in changed(before, after).causes] == ["weights", "data", "device", "library"]


def test_without_records_the_columns_of_the_table_tell_the_causes(results, line):
    a = results("a", line(profile="quick", seeds=2, n_images=5, protocol="standard"))
    b = results("b", line(profile="paper", seeds=3, n_images=4, protocol="matlab", measured=29.0, published=29.4))
    (change,) = compare(CellRecords(Side("a", a)), CellRecords(Side("b", b))).changes
    assert named(change) == {
        ("budget", ""): ("quick", "paper"),
        ("protocol", ""): ("standard", "matlab"),
        ("seeds", ""): ("2", "3"),
        ("data", "images"): ("5", "4"),
        ("printed number", ""): ("29.38", "29.4"),
    }
    assert change.unknown == "no single record in a or b gives this number"


def test_a_number_that_no_record_gives(changed):
    assert changed({}, None).unknown == "no single record in b gives this number"


def test_remarks_are_compared_if_nothing_else_differs(results, line):
    a = results("a", line(note="kept; a's weights", verdict="other weights"))
    b = results("b", line(note="kept; b's weights"))
    (change,) = compare(CellRecords(Side("a", a)), CellRecords(Side("b", b))).changes
    assert named(change) == {("remarks", ""): ("a's weights", "b's weights")}


def test_why_a_cell_was_not_measured(results, line):
    a = results("a", line(measured=None, verdict="not measured", note="no checkpoint; printed", protocol=""))
    b = results("b", line(note="printed"))
    (change,) = compare(CellRecords(Side("a", a)), CellRecords(Side("b", b))).changes
    assert named(change) == {("not measured", ""): ("no checkpoint", "")}


def test_the_records_of_a_mean_over_seeds_are_found(results, line, write_record):
    folders = []
    for name, values in (("a", (29.0, 29.2, 29.4)), ("b", (29.0, 29.2, 28.0))):
        mean = sum(values) / 3
        folders.append(results(name, line(measured=mean, seeds=3)))
        for seed, value in enumerate(values):
            write_record(folders[-1], value, seed=seed, weights={"w": f"{value:.1f}".ljust(64, "0")})
        write_record(folders[-1], 29.1, method="other", seed=0)
    (change,) = compare(*(CellRecords(Side(folder.name, folder)) for folder in folders)).changes
    assert change.unknown == ""
    assert named(change) == {("weights", "w (seed 2)"): ("29.400000000", "28.000000000")}


def test_equal_numbers_of_two_methods_are_told_apart_by_the_row(results, line, write_record):
    a = results("a", line())
    write_record(a, 29.378, method="ours", device="right")
    write_record(a, 29.378, method="theirs", device="wrong")
    (cell,) = _cells(a)
    assert CellRecords(Side("a", a)).records(cell) == ()
    (record,) = CellRecords(Side("a", a), lambda _place: ["ours"]).records(cell)
    assert record.device == "right"


def test_damaged_records_explain_nothing(results, line, write_record):
    a = results("a", line())
    write_record(a, 29.378).write_text("{")
    records = CellRecords(Side("HEAD~3:results", a))
    (cell,) = _cells(a)
    assert records.records(cell) == ()
    (problem,) = records.damaged
    assert problem.startswith("HEAD~3:results/records/")
    assert "damaged" in problem


def _cells(folder):
    from srbench.comparison.table_cells import read_tables

    return read_tables(folder, "a").values()


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("dataset", "Set14"),
        ("scale", 2.0),
        ("protocol", "matlab"),
        ("profile", "quick"),
        ("status", "failed"),
    ],
)
def test_a_record_of_another_place_with_the_same_number_is_not_taken(results, line, write_record, entry, value):
    folder = results("a", line())
    write_record(folder, 29.378, device="right")
    other = write_record(folder, 29.378, device="wrong", identity={"another": entry})
    document = json.loads(other.read_text(encoding="utf-8"))
    (document if entry == "status" else document["cell"])[entry] = value
    other.write_text(json.dumps(document), encoding="utf-8")
    (cell,) = read_tables(folder, "a").values()
    records = CellRecords(Side("a", folder))
    assert [record.device for record in records.records(cell)] == ["right"]
    assert records.damaged == []
