"""Measured table entries as a data frame: the committed ones, line by line, and damaged files."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import srbench
from srbench.bench.results.table_result import FIELDS
from srbench.bench.results.verdict import Verdict
from srbench.errors import StoreError
from srbench.escape import of_csv_field
from srbench.frames.columns import RESULTS

COMMITTED = Path(__file__).parents[2] / "results"
EVERY_FILE = sorted(COMMITTED.glob("*/table-*.cells.csv"))
FILES = [path for path in EVERY_FILE if "@" not in path.name]


@pytest.fixture(scope="module")
def frame():
    return srbench.read_results(COMMITTED)


def lines_of(paths):
    """The lines of all files, as texts."""
    lines = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            lines += list(csv.DictReader(file))
    return lines


def test_columns_are_those_of_cells_csv_with_their_types(frame):
    assert tuple(RESULTS) == FIELDS
    assert list(frame.columns) == list(FIELDS)
    assert {str(frame.dtypes[name]) for name in ("measured", "std", "published", "delta", "scale")} == {"Float64"}
    assert {str(frame.dtypes[name]) for name in ("seeds", "n_images")} == {"Int64"}
    assert {str(frame.dtypes[name]) for name in ("plugin", "table", "row", "dataset", "note")} == {"string"}
    assert list(frame["verdict"].cat.categories) == [str(verdict) for verdict in Verdict]


def test_tables_with_a_name_of_their_own_are_read_when_asked(frame):
    every_table = srbench.read_results(COMMITTED, every_table=True)
    assert len(every_table) == len(lines_of(EVERY_FILE)) > len(frame)


def test_every_committed_line_is_there_digit_by_digit(frame):
    lines = lines_of(FILES)
    assert len(frame) == len(lines) > 2000
    for name, kind in RESULTS.items():
        texts = [line[name] for line in lines]
        if kind in {"Float64", "Int64"}:
            expected = [float(text) if text else None for text in texts]
            assert [None if pd.isna(value) else value for value in frame[name]] == expected
        else:
            assert list(frame[name]) == [of_csv_field(text) for text in texts]


def test_the_printed_numbers_in_it_are_those_of_the_plugins(frame):
    """A row whose cells are measured is compared with the number that the paper prints, wherever it prints one."""
    keys = ["plugin", "table", "row", "dataset", "scale", "metric"]
    both = frame.merge(srbench.read_published(), on=keys, how="inner", validate="many_to_one")
    assert len(both) > 1000
    assert (both["published"] == both["value"]).all()
    alone = frame.merge(srbench.read_published(), on=keys, how="left", indicator=True)
    assert alone.loc[alone["_merge"] == "left_only", "published"].isna().all()


def test_a_measured_number_and_its_difference(frame):
    place = {"plugin": "pcarn", "table": "4", "row": "PCARN-M", "dataset": "Set5", "metric": "psnr"}
    line = frame.loc[(frame[list(place)] == pd.Series(place)).all(axis=1)].iloc[0]
    assert line["published"] == 29.38
    assert line["measured"] - line["published"] == line["delta"]
    assert (line["scale"], line["n_images"]) == (4, 5)


def test_a_cost_stays_in_a_group_of_its_own(frame):
    """A missing text is empty: pandas would drop a missing group."""
    assert frame.groupby(["dataset"])["metric"].count().sum() == len(frame)
    assert set(frame.loc[frame["dataset"] == "", "metric"]) >= {"params", "macs"}


def test_the_folder_of_a_plugin(frame):
    expected = frame[frame["plugin"] == "pcarn"].reset_index(drop=True)
    pd.testing.assert_frame_equal(srbench.read_results(COMMITTED / "pcarn"), expected)


def test_what_a_run_writes_is_read(srbench, tmp_path):
    asked = ("run", "--plugin", "pcarn", "--table", "4", "--metrics", "params", "--out", tmp_path, "--json")
    cells = srbench(*asked).json
    frame = _read(tmp_path)
    assert len(frame) > len(cells) > 5, "the file holds the whole table, the run's output the selected part"
    frame = frame[frame["metric"] == "params"]
    assert frame["measured"].notna().any()
    assert [None if pd.isna(value) else value for value in frame["measured"]] == [cell["measured"] for cell in cells]
    assert list(frame["verdict"]) == [cell["verdict"] for cell in cells]


def _read(folder):
    return srbench.read_results(str(folder))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace(",measured,", ",value,", 1), "line 1: no column 'measured'"),
        (lambda text: text.replace(",963651,", ",963x651,", 1), "line 2: column measured: '963x651' is not a number"),
        (lambda text: text.replace(",reproduced,", ",proven,", 1), "line 2: column verdict: 'proven' is not one of"),
        (lambda text: text.replace(",quick,1,", ",quick,1.5,", 1), "line 2: column seeds: '1.5' is not a whole"),
        (lambda text: text.replace("pcarn,1,", "pcarn,1,1,", 1), "line 2: 21 fields, but the heading has 20"),
        (lambda text: text + "pcarn,1", r"line \d+: \d+ fields, but the heading has 20"),
        (lambda text: text[: text.rindex('"')], r"line \d+: not CSV"),
        (lambda _: "", "line 1: no heading"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, change, message):
    file = tmp_path / "pcarn" / "table-1.cells.csv"
    file.parent.mkdir()
    file.write_text(change((COMMITTED / "pcarn" / file.name).read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(StoreError, match=message) as raised:
        srbench.read_results(tmp_path)
    assert str(file) in str(raised.value)
    assert "print the table again" in str(raised.value)


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "table-1.cells.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError, match=r"table-1\.cells\.csv, line 1: byte 0x00 is not .*print the table again"):
        srbench.read_results(tmp_path)


def test_no_results(tmp_path):
    with pytest.raises(StoreError, match="there is no table"):
        srbench.read_results(tmp_path)
    with pytest.raises(StoreError, match="nowhere: not a folder; name the output folder of srbench run"):
        srbench.read_results(tmp_path / "nowhere")
