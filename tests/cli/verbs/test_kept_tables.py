"""`srbench run` never replaces a table by a poorer one: narrowed runs, other options, and no data."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

RESULTS = Path(__file__).parents[3] / "results"
TABLE_4 = ("run", "--plugin", "pcarn", "--table", "4")
RULES = ("pcarn", "matlab", "matlab-grey", "matlab-float")
"""Protocols of the rows of Table 4."""
PAPER = '"profile": "paper"'
SUFFIXES = (".cells.csv", ".csv", ".md", ".tex")


def lines_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measured(path):
    return {
        (line["row"], line["dataset"], line["metric"]): float(line["measured"])
        for line in lines_of(path)
        if line["measured"]
    }


def files(folder, start="table"):
    return sorted(path.name for path in (folder / "pcarn").glob(f"{start}*"))


@pytest.fixture(scope="module")
def committed(srbench, tmp_path_factory):
    """The committed Table 4 of pcarn and the records that it could be made of, after a run without data."""
    folder = tmp_path_factory.mktemp("committed")
    for path in RESULTS.glob("records/??/*.json"):
        text = path.read_text(encoding="utf-8")
        if any(f'"protocol": "{rule}"' in text for rule in RULES) and '"scale": 4.0' in text and PAPER in text:
            copy = folder / path.relative_to(RESULTS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
    shutil.copy(RESULTS / "records" / "SCHEMA", folder / "records")
    (folder / "pcarn").mkdir()
    for path in RESULTS.glob("pcarn/table-4.*"):
        shutil.copy(path, folder / "pcarn")
    srbench(*TABLE_4, "--out", folder)
    return folder


@pytest.fixture
def out(committed, tmp_path):
    """A copy of `committed`."""
    shutil.copytree(committed, tmp_path / "out")
    return tmp_path / "out"


CELLS = "pcarn/table-4.cells.csv"


def test_a_clone_without_data_keeps_all_measured_cells(srbench, out):
    before = measured(RESULTS / CELLS)
    assert len(before) >= 36
    outcome = srbench(*TABLE_4, "--out", out)
    assert outcome.code == 0, outcome.err
    assert measured(out / CELLS) == before
    assert f"{len(before)} of 180 cells measured" in outcome.out
    marked = [line for line in lines_of(out / CELLS) if "from the records of" in line["note"]]
    places = {(line["row"], line["dataset"], line["metric"]) for line in marked}
    assert places == {place for place in before if place[1]}
    assert all("not found" in line["note"] for line in marked)


@pytest.mark.parametrize(
    "narrowed",
    [
        ("--rows", "PCARN-M", "--metrics", "psnr"),
        pytest.param(("--rows", "SRCNN"), marks=pytest.mark.long),
        ("--datasets", "Set5"),
        pytest.param(("--metrics", "niqe"), marks=pytest.mark.long),
        ("--rows", "FEQE", "--datasets", "Urban100"),
    ],
)
def test_a_narrowed_run_keeps_the_others(srbench, out, narrowed):
    """By rows and columns, each alone or both; parts of other cases are among the long tests."""
    before = measured(out / CELLS)
    outcome = srbench(*TABLE_4, *narrowed, "--out", out)
    assert measured(out / CELLS) == before
    assert f"the whole table, {len(before)} of 180 cells measured" in outcome.out
    assert files(out) == [f"table-4{suffix}" for suffix in SUFFIXES]


def test_the_terminal_and_json_have_the_selected_part(srbench, out):
    narrowed = (*TABLE_4, "--rows", "PCARN-M", "--datasets", "Set5", "--metrics", "psnr", "--out", out)
    assert "SRCNN" not in srbench(*narrowed).out
    (line,) = srbench(*narrowed, "--json").json
    assert (line["row"], line["dataset"], line["metric"], round(line["measured"], 3)) == (
        "PCARN-M",
        "Set5",
        "psnr",
        29.378,
    )


def test_two_narrowed_runs_are_in_one_table(srbench, tmp_path):
    srbench(*TABLE_4, "--rows", "SRCNN", "--metrics", "params", "--out", tmp_path)
    assert measured(tmp_path / CELLS) == {("SRCNN", "", "params"): 57281}
    srbench(*TABLE_4, "--rows", "PCARN", "--metrics", "macs", "--out", tmp_path)
    assert set(measured(tmp_path / CELLS)) == {("SRCNN", "", "params"), ("PCARN", "", "macs")}
    assert len(lines_of(tmp_path / CELLS)) == 180


def test_a_damaged_record_costs_its_own_cell_and_the_older_table_stays(srbench, out):
    """The new table lacks the cell, so it gets another name."""
    before = measured(out / CELLS)
    record = next(
        path
        for path in (out / "records").rglob("*.json")
        if '"method": "pcarn-m"' in (text := path.read_text())
        and '"dataset": "Set5"' in text
        and '"scale": 4.0' in text
        and '"metric": "niqe"' in text
        and '"protocol": "pcarn"' in text
    )
    record.write_text(record.read_text()[:100])
    outcome = srbench(*TABLE_4, "--out", out)
    assert "damaged" in outcome.err
    assert "1 of its measured cells are missing now" in outcome.err
    assert measured(out / CELLS) == before
    lost = ("PCARN-M", "Set5", "niqe")
    assert measured(out / "pcarn" / "table-4@partial.cells.csv") == {
        place: value for place, value in before.items() if place != lost
    }


@pytest.mark.parametrize(
    ("options", "name"),
    [
        pytest.param(("--profile", "quick"), "table-4@quick", marks=pytest.mark.long),
        (("--profile", "short", "--seeds", "2"), "table-4@short-2seeds"),
        (("--source", "released"), "table-4@released"),
        pytest.param(("--protocol", "standard"), "table-4@standard", marks=pytest.mark.long),
        (("--protocol", "standard", "--seeds", "3"), "table-4@standard-3seeds"),
        (("--reference",), "table-4@with-reference"),
        (("--datasets", "Manga109", "--metrics", "psnr,lpips"), "table-4@with-Manga109-x4-psnr-lpips"),
        pytest.param(("--scales", "2", "--metrics", "params"), "table-4@with-x2-params", marks=pytest.mark.long),
    ],
)
def test_other_numbers_have_a_name_of_their_own(srbench, out, options, name):
    """Of which options are alone in one case and beside others in another, the former is a long test."""
    before = {path: path.read_bytes() for path in (out / "pcarn").iterdir()}
    outcome = srbench(*TABLE_4, "--rows", "SRCNN,PCARN-M", *options, "--out", out)
    assert f"{name}.md" in outcome.out, outcome.err
    assert {path: path.read_bytes() for path in before} == before
    assert files(out, "table-4@") == [f"{name}{suffix}" for suffix in SUFFIXES]
    assert {line["row"] for line in lines_of(out / "pcarn" / f"{name}.cells.csv")} >= {"FEQE", "PCARN-M (L1)"}


def test_a_table_with_a_damaged_line_is_not_replaced_by_other_numbers(srbench, out):
    file = out / CELLS
    file.write_bytes(file.read_bytes().rpartition(b",")[0])
    before = file.read_bytes()
    outcome = srbench(*TABLE_4, "--rows", "SRCNN,PCARN-M", "--source", "released", "--out", out)
    assert "table-4@released.md" in outcome.out, outcome.err
    assert file.read_bytes() == before


def test_folders_of_one_name_are_told_apart(srbench, photo, tmp_path):
    names = []
    for parent in ("a", "b"):
        folder = tmp_path / parent / "photos"
        folder.mkdir(parents=True)
        shutil.copy(photo, folder / "one.png")
        out = tmp_path / "out"
        command = ("--rows", "PCARN-M (L1)", "--datasets", folder, "--metrics", "psnr", "--out", out)
        assert srbench(*TABLE_4, *command).code == 0
        names = files(out, "table-4@with-photos-")
    assert len(names) == 2 * len(SUFFIXES)


def test_without_any_value_no_file_is_written(srbench, tmp_path):
    outcome = srbench(*TABLE_4, "--rows", "FEQE", "--metrics", "psnr", "--out", tmp_path)
    assert "no file is written" in outcome.out
    assert not (tmp_path / "pcarn").exists()


def test_a_damaged_dataset_costs_no_kept_number(srbench, shared, out, tmp_path):
    """As a missing one: nothing is measured, so the records stand in."""
    folder = tmp_path / "damaged" / "data" / "Set5" / "HR"
    folder.mkdir(parents=True)
    for name in ("baby.png", "baby.bmp"):
        (folder / name).write_bytes(b"no image")
    before = measured(out / CELLS)
    data = ("--data", tmp_path / "damaged", "--data", shared)
    outcome = srbench("collect", "--plugin", "pcarn", "--table", "4", *data, "--out", out)
    assert outcome.code == 0, outcome.err
    assert measured(out / CELLS) == before
    assert any("has the same name" in line["note"] for line in lines_of(out / CELLS) if line["dataset"] == "Set5")
