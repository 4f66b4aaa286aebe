"""`srbench merge`: two halves of committed results become the whole again, and nothing is overwritten."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

RESULTS = Path(__file__).parents[3] / "results"
CELLS = "pcarn/table-6.cells.csv"
METHODS = ('"method": "pcarn-m",', '"method": "bicubic",')

MERGED = "their records are merged, and copying the folders saves the weights and a later training"


def measured(folder):
    with (folder / CELLS).open(encoding="utf-8", newline="") as file:
        return {
            (line["row"], line["dataset"], line["scale"], line["metric"]): (line["measured"], line["verdict"])
            for line in csv.DictReader(file)
            if line["measured"]
        }


def digest(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def whole(srbench, tmp_path_factory):
    """The committed records of two methods, with Table 6 of pcarn as a run without data prints it from them."""
    folder = tmp_path_factory.mktemp("whole") / "results"
    for path in RESULTS.glob("records/??/*.json"):
        if any(method in path.read_text(encoding="utf-8") for method in METHODS):
            (folder / path.relative_to(RESULTS)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / path.relative_to(RESULTS))
    shutil.copy(RESULTS / "records" / "SCHEMA", folder / "records")
    outcome = srbench("run", "--plugin", "pcarn", "--table", "6", "--out", folder)
    assert outcome.code == 0, outcome.err
    assert len(measured(folder)) > 20
    return folder


@pytest.fixture
def halves(whole, tmp_path):
    """Two folders with every other record, and the table that each would print."""
    folders = tmp_path / "a", tmp_path / "b"
    for number, path in enumerate(sorted(whole.glob("records/??/*.json"))):
        copy = folders[number % 2] / path.relative_to(whole)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for folder in folders:
        (folder / "pcarn").mkdir()
        shutil.copy(whole / CELLS, folder / "pcarn")
    return folders


def test_two_halves_are_the_whole(srbench, whole, halves, tmp_path):
    before = [digest(folder) for folder in halves]
    outcome = srbench("merge", *halves, "--out", tmp_path / "results")
    assert outcome.code == 0, outcome.err
    assert digest(tmp_path / "results") == digest(whole)
    assert [digest(folder) for folder in halves] == before
    assert srbench("merge", *halves[::-1], "--out", tmp_path / "other" / "results").code == 0
    assert digest(tmp_path / "other" / "results") == digest(whole)
    assert srbench("diff", whole, tmp_path / "results").out.startswith("0 changed, 0 new, 0 gone")


def test_what_is_said(srbench, halves, tmp_path):
    a, b = halves
    (a / "training" / "net-1234").mkdir(parents=True)
    (a / "pcarn" / "figure-8.png").touch()
    (a / "pcarn" / "search.json").touch()
    (b / "pcarn" / "table-4.cells.csv").write_text("damaged")
    (b / "records" / "00").mkdir(exist_ok=True)
    damaged = b / "records" / "00" / ("0" * 64 + ".json")
    damaged.write_text("{")
    counts = [len(list(folder.glob("records/??/*.json"))) for folder in halves]
    outcome = srbench("merge", a, b, "--out", tmp_path / "c", "--json")
    assert outcome.code == 1  # Table 4 has no readable cells in either folder
    document = outcome.json
    assert document["records"] == sum(counts) - 1
    assert document["sources"] == [{"name": str(a), "records": counts[0]}, {"name": str(b), "records": counts[1] - 1}]
    (table,) = document["tables"]
    assert (table["plugin"], table["table"], table["file"], table["lost"]) == ("pcarn", "6", "table-6", [])
    assert table["measured"] == len(measured(tmp_path / "c"))
    assert document["not_merged"] == [
        f"{a}/training: 1 training not copied; {MERGED}",
        f"{a}: 1 file of figures not merged; draw them with srbench run --figure",
        f"{a}: 1 other file not merged; copy those that you need",
    ]
    assert [line.split(": ")[1] for line in outcome.err.splitlines()] == [
        str(damaged),
        f"{b}/pcarn/table-4.cells.csv, line 1",
        "pcarn/table-4",
    ]


def test_tables_of_other_options_and_with_added_rows(srbench, whole, tmp_path):
    """Each gets the name that a run would give it; the plain one goes to the table with most cells, in any order."""
    folders = tmp_path / "a", tmp_path / "b"
    run = ("run", "--plugin", "pcarn", "--table", "4")
    for folder, other in zip(folders, ((), ("--protocol", "matlab")), strict=True):
        shutil.copytree(whole / "records", folder / "records")
        assert srbench(*run, *other, "--out", folder).code == 0
    assert srbench(*run, "--reference", "--out", folders[1]).code == 0
    assert options(folders[1] / "pcarn" / "table-4.cells.csv") == "matlab"
    assert (folders[1] / "pcarn" / "table-4@paper-with-reference.cells.csv").is_file()
    expected = {"table-4": "paper", "table-4@matlab": "matlab", "table-4@with-reference": "paper"}
    for order in (folders, folders[::-1]):
        out = tmp_path / f"out-{order[0].name}" / "results"
        outcome = srbench("merge", *order, "--out", out)
        assert (outcome.code, outcome.err) == (0, "")
        files = {path.name.removesuffix(".cells.csv"): path for path in out.glob("pcarn/*.cells.csv")}
        assert {name: options(path) for name, path in files.items()} == expected
        assert "Bicubic" in files["table-4@with-reference"].read_text(encoding="utf-8")


def options(path):
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))["options"]


def test_a_cell_without_a_record_is_named(srbench, halves, tmp_path):
    a, _ = halves
    outcome = srbench("merge", a, "--out", tmp_path / "c")
    assert outcome.code == 1
    lost = len(measured(a)) - len(measured(tmp_path / "c"))
    assert lost > 0
    assert (
        f"error: pcarn, Table 6 (paper): {lost} cells of the folders' tables without a record, the first: "
        in outcome.err
    )


def test_a_plugin_that_is_not_installed(srbench, halves, tmp_path):
    path = halves[0] / CELLS
    path.write_text(path.read_text(encoding="utf-8").replace("pcarn,6,", "strange,6,"), encoding="utf-8")
    outcome = srbench("merge", halves[0], "--out", tmp_path / "c")
    assert outcome.code == 1
    assert "error: strange, Table 6 (paper): not printed: unknown plugin 'strange'" in outcome.err
    assert not list((tmp_path / "c").glob("*/table-*"))


def test_other_values_are_refused_and_preferred(srbench, halves, tmp_path):
    a, b = halves
    for folder in halves:
        (folder / CELLS).unlink()
    path = next(iter(sorted(a.glob("records/??/*.json"))))
    document = json.loads(path.read_text())
    copy = b / path.relative_to(a)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(json.dumps(document | {"value": document["value"] + 1}))
    refused = srbench("merge", a, b, "--out", tmp_path / "c")
    assert refused.code == 2
    assert refused.err.startswith("conflict: ")
    assert f"error: 1 cell with other values in {a}, {b}; nothing is written: choose with --prefer" in refused.err
    assert not (tmp_path / "c").exists()
    for name, value in (("a", document["value"]), ("b/", document["value"] + 1)):
        outcome = srbench("merge", a, b, "--prefer", name, "--out", tmp_path / f"with-{name}", cwd=tmp_path)
        assert outcome.code == 0, outcome.err
        assert "settled: " in outcome.out
        assert json.loads((tmp_path / f"with-{name}" / path.relative_to(a)).read_text())["value"] == value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", "nowhere", "--out", "new"), "nowhere: not a folder"),
        (("a", "a/records/SCHEMA", "--out", "new"), "SCHEMA: not a folder"),
        (("a", "x" * 300, "--out", "new"), "not a folder"),
        (("a", "empty", "--out", "new"), "empty: there is no folder records in it"),
        (("a", "--out", "a"), "--out a: exists, and nothing is overwritten"),
        (("a", "--out", "empty/records"), "--out empty/records: exists"),
        (("a", "--out", "new", "--prefer", "c"), "--prefer c: none of the folders; write newest or one of a"),
        (("bare", "--out", "new"), "there is no readable record"),
        (("a",), "Missing option '--out'"),
        (("--out", "new"), "Missing argument"),
    ],
)
def test_wrong_input(srbench, tmp_path, arguments, message):
    (tmp_path / "a" / "records" / "00").mkdir(parents=True)
    (tmp_path / "a" / "records" / "SCHEMA").write_text("2\n")
    (tmp_path / "empty").mkdir()
    if "empty/records" in arguments:
        (tmp_path / "empty" / "records").touch()
    (tmp_path / "bare" / "records").mkdir(parents=True)
    before = digest(tmp_path)
    outcome = srbench("merge", *arguments, cwd=tmp_path)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.out == ""
    assert digest(tmp_path) == before
    assert not (tmp_path / "new").exists()
