"""Laws of the difference of two results, and hostile tables."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.bench.results.verdict import Verdict
from srbench.comparison.cell_records import CellRecords
from srbench.comparison.difference import compare
from srbench.comparison.sides import Side
from srbench.errors import StoreError, UnknownName

ROWS = ("Ours", "+ Local", "=SUM(A1)", "a, b", "Ünïcode \u202e", '"quoted"')
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: value + 0.0)
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(("", "Set5", "Set14")), st.sampled_from(("psnr", "params"))),
    st.tuples(st.none() | NUMBERS, st.sampled_from(Verdict), st.none() | st.just(29.38), st.sampled_from(("", "x; y"))),
    min_size=1,
    max_size=8,
)


def side_records(folder):
    return CellRecords(Side(str(folder), Path(folder)))


@pytest.fixture(scope="session")
def difference_of(line, write_table):
    """``difference_of(a, b)``: the difference of two mappings from places to cells, through files."""

    def difference(a, b):
        with tempfile.TemporaryDirectory() as folder:
            for name, cells in (("a", a), ("b", b)):
                lines = [
                    line(row, metric, dataset, value, str(verdict), published=printed, note=note)
                    for (row, dataset, metric), (value, verdict, printed, note) in cells.items()
                ]
                write_table(Path(folder) / name, lines)
            return compare(side_records(f"{folder}/a"), side_records(f"{folder}/b"))

    return difference


def named(difference):
    return {(change.place.row, change.place.dataset, change.place.metric): change for change in difference.changes}


@settings(deadline=None, max_examples=40)
@given(cells=CELLS)
def test_nothing_differs_from_itself(difference_of, cells):
    difference = difference_of(cells, cells)
    assert difference.changes == ()
    assert (difference.same, difference.within, dict(difference.unmeasured)) == (len(cells), 0, {})


@settings(deadline=None, max_examples=40)
@given(a=CELLS, b=CELLS)
def test_the_other_way_round_is_the_mirror(difference_of, a, b):
    there, back = difference_of(a, b), difference_of(b, a)
    assert named(there).keys() == named(back).keys()
    assert there.same == back.same
    swapped = {"new": "gone", "gone": "new", "changed": "changed"}
    for place, change in named(there).items():
        other = named(back)[place]
        assert other.kind == swapped[change.kind]
        assert (other.before, other.after) == (change.after, change.before)
        assert other.delta == (None if change.delta is None else -change.delta)
        assert {(c.circumstance, c.name, c.after, c.before) for c in other.causes} == {
            (c.circumstance, c.name, c.before, c.after) for c in change.causes
        }
        if change.kind == "changed" and change.direction == "better":
            assert other.direction == "worse"
    assert there.unmeasured.get("new", 0) == back.unmeasured.get("gone", 0)


@settings(deadline=None, max_examples=40)
@given(a=CELLS, b=CELLS)
def test_every_cell_is_counted_once(difference_of, a, b):
    """Against sets made here from the same cells."""
    difference = difference_of(a, b)
    both = a.keys() & b.keys()
    equal = {place for place in both if a[place][:3] == b[place][:3]}
    changed = {place for place, change in named(difference).items() if change.kind == "changed"}
    assert changed == both - equal
    assert difference.same == len(equal)
    gone = {place for place in a.keys() - b.keys() if a[place][0] is not None}
    assert {place for place, change in named(difference).items() if change.kind == "gone"} == gone
    assert difference.unmeasured.get("gone", 0) == len(a.keys() - b.keys() - gone)


@pytest.mark.parametrize(("tolerance", "changes"), [(0.0, 1), (1e-6, 1), (1e-5, 0), (1.0, 0)])
def test_tolerance_is_relative(results, line, tolerance, changes):
    a, b = results("a", line(measured=50.0)), results("b", line(measured=50.0002))
    difference = compare(side_records(a), side_records(b), tolerance=tolerance)
    assert (len(difference.changes), difference.same, difference.within) == (changes, 1 - changes, 1 - changes)


def test_tolerance_hides_no_verdict(results, line):
    a, b = results("a", line(measured=50.0)), results("b", line(measured=50.0002, verdict="differs"))
    assert len(compare(side_records(a), side_records(b), tolerance=1.0).worse) == 1


def test_plugins_and_tables_narrow(results, line, write_table):
    a = results("a", line(), line(row="New"))
    write_table(a, [line(plugin="other", table="1")], "table-1")
    b = results("b", line(measured=1.0), line(row="New", measured=2.0))
    write_table(b, [line(plugin="other", table="1", measured=3.0)], "table-1")
    assert len(compare(side_records(a), side_records(b)).changes) == 3
    assert len(compare(side_records(a), side_records(b), plugins=["other"]).changes) == 1
    assert len(compare(side_records(a), side_records(b), tables=["4"]).changes) == 2
    with pytest.raises(UnknownName, match="unknown plugin 'papr' in both results; did you mean 'paper'"):
        compare(side_records(a), side_records(b), plugins=["papr"])
    with pytest.raises(UnknownName, match="unknown table '1'"):
        compare(side_records(a), side_records(b), plugins=["paper"], tables=["1"])


def test_tables_of_other_options_are_tables_of_their_own(results, line, write_table):
    a, b = results("a", line()), results("b", line())
    write_table(b, [line(measured=20.0, options="quick")], "table-4@quick")
    write_table(b, [line(measured=10.0)], "table-4@partial")
    write_table(b, [line(measured=10.0)], "table-4@quick-partial")
    (change,) = compare(side_records(a), side_records(b)).changes
    assert (change.kind, change.place.name, change.direction) == ("new", "table-4@quick", "same")


def test_a_plugins_folder(results, line):
    a = results("a", line())
    assert compare(side_records(a), side_records(a / "paper")).same == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_that_a_spreadsheet_saved(results, line, encoding, separator):
    a, b = results("a", line(row="+ Ours")), results("b", line(row="+ Ours"))
    path = b / "paper" / "table-4.cells.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", separator).replace("\n", "\r\n"), encoding=encoding)
    assert compare(side_records(a), side_records(b)).same == 1


HEADING = "plugin,table,row,dataset,scale,metric,measured,std,ci_low,ci_high,published,delta,verdict,protocol,profile"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: no heading"),
        (b"a,b\n1,2\n", "no column 'plugin'"),
        (HEADING.encode() + b"\npaper,4,Ours,Set5,4,psnr,1\n", "line 2: 7 fields, but the heading has 15"),
        (HEADING.encode() + b"\npaper,4,Ours,Set5,4,psnr,x,,,,,,differs,,\n", "line 2: column measured: 'x' is not a"),
        (HEADING.encode() + b"\npaper,4,Ours,Set5,4,psnr,nan,,,,,,differs,,\n", "'nan' is not finite"),
        (HEADING.encode() + b"\npaper,4,Ours,Set5,4,psnr,1,,,,,,splendid,,\n", "line 2: unknown verdict 'splendid'"),
        (b"\xff\x00\xfe", "is not UTF-8"),
    ],
)
def test_damaged_tables(results, line, content, message):
    a, b = results("a", line()), results("b", line())
    (b / "paper" / "table-4.cells.csv").write_bytes(content)
    with pytest.raises(StoreError) as raised:
        compare(side_records(a), side_records(b))
    assert message in str(raised.value)
    assert str(raised.value).startswith(f"{b}/paper/table-4.cells.csv")
    assert "\n" not in str(raised.value)


def test_a_folder_in_the_place_of_a_table(results, line):
    a, b = results("a", line()), results("b", line())
    shutil.rmtree(b / "paper")
    (b / "paper" / "table-4.cells.csv").mkdir(parents=True)
    with pytest.raises(StoreError, match="a folder, not a file"):
        compare(side_records(a), side_records(b))


def test_a_table_of_an_older_version(results, line):
    """It has a column for the seed, and none for the options."""
    a, b = results("a", line()), results("b", line())
    (b / "paper" / "table-4.cells.csv").write_text(
        f"{HEADING},seed,n_images,note\npaper,4,Ours,Set5,4,psnr,29.5,,,,29.38,,differs,standard,paper,0,5,\n"
    )
    (change,) = compare(side_records(a), side_records(b)).changes
    assert change.delta == pytest.approx(0.122)
    assert change.causes == ()
