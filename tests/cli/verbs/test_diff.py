"""`srbench diff`: exit codes, the text at any width, JSON, and what is refused."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

RESULTS = Path(__file__).parents[3] / "results"
CELLS = "pcarn/table-4.cells.csv"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The committed Table 4 of pcarn, with the records of PCARN-M."""
    folder = tmp_path_factory.mktemp("original")
    (folder / "pcarn").mkdir()
    shutil.copy(RESULTS / CELLS, folder / "pcarn")
    for path in RESULTS.glob("records/??/*.json"):
        if '"method": "pcarn-m",' in path.read_text(encoding="utf-8"):
            (folder / path.relative_to(RESULTS)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / path.relative_to(RESULTS))
    return folder


@pytest.fixture
def copy(original, tmp_path):
    """A copy of `original`."""
    shutil.copytree(original, tmp_path / "copy")
    return tmp_path / "copy"


def edit(folder, **changes):
    """Change fields of PCARN-M's PSNR on Set5 x4 in the table of `folder`."""
    path = folder / CELLS
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    (line,) = [each for each in lines if (each["row"], each["dataset"], each["metric"]) == ("PCARN-M", "Set5", "psnr")]
    value = line["measured"]
    line.update(changes)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return value


def record_with(folder, value):
    """The record of `folder` with this value."""
    paths = [path for path in folder.glob("records/??/*.json") if f'"value": {value},' in path.read_text()]
    (path,) = [path for path in paths if '"metric": "psnr"' in path.read_text()]
    return path


def test_results_do_not_differ_from_themselves(srbench):
    outcome = srbench("diff", RESULTS, RESULTS)
    assert (outcome.code, outcome.err) == (0, "")
    cells = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in RESULTS.glob("*/table-*.cells.csv"))
    assert outcome.out.startswith(f"0 changed, 0 new, 0 gone, {cells} cells the same; ")
    assert outcome.out.endswith("verdicts: 0 worse, 0 better, 0 no longer comparable.\n")


def test_a_worse_verdict(srbench, original, copy):
    edit(copy, measured="29.2", verdict="differs")
    worse = srbench("diff", original, copy, "--plugin", "pcarn", "--table", "4")
    assert worse.code == 1
    assert "  WORSE: PCARN-M, Set5, x4, psnr: 29.378 → 29.200 (-0.178); reproduced → differs\n" in worse.out
    assert "1 changed, 0 new, 0 gone, 179 cells the same; verdicts: 1 worse, 0 better" in worse.out.replace("\n  ", " ")
    better = srbench("diff", copy, original, "--plugin", "pcarn", "--table", "4")
    assert better.code == 0
    assert "  better: PCARN-M, Set5, x4, psnr: 29.200 → 29.378 (+0.178); differs → reproduced\n" in better.out


def test_a_changed_number_alone_is_no_failure(srbench, original, copy):
    edit(copy, measured="29.379")
    outcome = srbench("diff", original, copy, "--table", "4", "--plugin", "pcarn")
    assert outcome.code == 0
    assert "PCARN-M, Set5, x4, psnr: 29.378 → 29.379 (+0.001); reproduced\n" in outcome.out
    within = srbench("diff", original, copy, "--table", "4", "--plugin", "pcarn", "--tolerance", "1e-3")
    assert "0 changed, 0 new, 0 gone, 180 cells the same (1 of them within the tolerance)" in within.out


def test_numbers_that_differ_are_never_printed_alike(srbench, original, copy):
    value = edit(copy)
    edit(copy, measured=repr(float(value) + 1e-9))
    outcome = srbench("diff", original, copy, "--table", "4", "--plugin", "pcarn")
    (line,) = [line for line in outcome.out.splitlines() if "PCARN-M" in line]
    before, _, after = line.split("psnr: ")[1].partition(" → ")
    assert before != after.split(" ")[0]
    assert "(+0.000000001)" in line


def test_why(srbench, original, copy):
    """The record behind the new number has other weights and another device."""
    value = edit(copy)
    edit(copy, measured="29.3")
    path = record_with(copy, value)
    document = json.loads(path.read_text())
    name = next(iter(document["weights"]))
    before = document["weights"][name]
    path.write_text(json.dumps(document | {"value": 29.3, "weights": {name: "0" * 64}, "device": "cuda: H200"}))
    outcome = srbench("diff", original, copy, "--plugin", "pcarn", "--table", "4", "--json")
    (cell,) = outcome.json["cells"]
    assert {(cause["what"], cause["name"], cause["before"], cause["after"]) for cause in cell["causes"]} == {
        ("weights", name, before[:12], "0" * 12),
        ("device", "", document["device"], "cuda: H200"),
    }
    assert (cell["kind"], cell["direction"], cell["unknown"]) == ("changed", "same", "")
    assert cell["delta"] == 29.3 - float(value)
    text = srbench("diff", original, copy, "--plugin", "pcarn", "--table", "4").out
    assert f"weights: {name} {before[:12]} → 000000000000; device: " in text.replace("\n    ", " ")


def test_a_table_that_is_gone_is_worse(srbench, copy, tmp_path):
    (tmp_path / "other" / "pcarn").mkdir(parents=True)
    shutil.copy(RESULTS / "pcarn" / "table-6.cells.csv", tmp_path / "other" / "pcarn")
    outcome = srbench("diff", copy, tmp_path / "other", "--json")
    assert outcome.code == 1
    assert outcome.json["gone"] == outcome.json["worse"] == 92
    assert outcome.json["new"] == 34
    text = srbench("diff", copy, tmp_path / "other").out
    with (copy / CELLS).open(encoding="utf-8") as file:
        rows = [line for line in csv.DictReader(file) if line["row"] == "SRCNN" and line["measured"]]
    inferred = sum(line["verdict"] == "reproduced, rule inferred" for line in rows)
    assert f"WORSE: SRCNN: {len(rows)} measured cells (2 reproduced; {inferred} reproduced, rule inferred" in text
    assert srbench("diff", tmp_path / "other", copy, "--table", "4").code == 0


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(srbench, original, copy, width):
    edit(copy, measured="29.2", verdict="differs", note="x" * 300, dataset="Set5")
    outcome = srbench("diff", original, copy, columns=width)
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > width * 0.6


def test_hostile_names_do_not_act(srbench, original, copy):
    path = copy / CELLS
    path.write_text(path.read_text(encoding="utf-8").replace("PCARN-M", "\x1b[31mPC\u202eARN"), encoding="utf-8")
    outcome = srbench("diff", original, copy, "--plugin", "pcarn", "--table", "4")
    assert "\x1b" not in outcome.out
    assert "\u202e" not in outcome.out
    assert r"\x1b[31mPC" in outcome.out


def test_damaged_records_are_counted_once(srbench, original, copy):
    value = edit(copy)
    edit(copy, measured="29.3")
    record_with(copy, value).write_text("{")
    outcome = srbench("diff", original, copy, "--plugin", "pcarn", "--table", "4")
    assert outcome.code == 0
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith(
        f"warning: {copy}: 1 record can't be read, so they explain nothing; the first: {copy}/"
    )
    assert "no single record in" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("diff", "nowhere", "copy"), "nowhere: "),
        (("diff", "copy", "copy/pcarn/table-4.cells.csv"), "not a folder"),
        (("diff", "copy", "empty"), "empty: there is no table-*.cells.csv in it"),
        (
            ("diff", "copy", "copy", "--plugin", "pcran"),
            "unknown plugin 'pcran' in both results; did you mean 'pcarn'?",
        ),
        (("diff", "copy", "copy", "--table", "44"), "unknown table '44' in both results"),
        (("diff", "copy", "copy", "--tolerance", "2"), "--tolerance: 2.0 is not a number from 0 to 1"),
        (("diff", "copy"), "Missing argument 'B'"),
    ],
)
def test_wrong_input(srbench, copy, tmp_path, arguments, message):
    (tmp_path / "empty").mkdir()
    outcome = srbench(*arguments, cwd=tmp_path)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.out == ""
