"""`srbench show` across papers, and `srbench doctor --measurable`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RESULTS = Path(__file__).parents[3] / "results"
COUNTS = {
    # values in print, counted by hand (rows without a value left out)
    "probabilistic-l1": {"1": 15, "2": 10, "3": 204, "4": 96, "5": 34, "6": 240, "7": 96},
    "esrgan-gan": {"1": 15, "2": 6, "3": 6, "4": 6, "5": 6},
    "gpnas-ensemble": {"1": 42, "2": 88},
    "ode-ivp": {"1": 216, "2": 12},
    "pcarn": {"1": 15, "2": 9, "3": 12, "4": 162, "5": 126, "6": 120},
}


@pytest.fixture
def called(srbench):
    """Return a function that calls a verb on a machine without data and returns its output."""

    def call(*arguments):
        outcome = srbench(*arguments)
        assert (outcome.code, outcome.err) == (0, "")
        return outcome.out

    return call


def test_one_line_for_each_method(called):
    text = called("show", "--dataset", "Set5", "--scale", "3", "--metric", "psnr", "--out", RESULTS)
    lines = text.splitlines()
    assert lines[0] == "Set5, x3, PSNR ↑"
    (vdsr,) = [line for line in lines if line.startswith("VDSR / VDSR (l2) ")]
    assert "33.66 ≠" in vdsr
    assert "33.67 ≠" in vdsr
    (imdn,) = [line for line in lines if line.startswith("IMDN ")]
    value, verdict = imdn.split()[-2:]
    assert (float(value), verdict) == (pytest.approx(34.36, abs=0.01), "✓")
    assert "≠ VDSR / VDSR (l2), Set5, x3, PSNR: 33.66 (probabilistic-l1 3), 33.67 (probabilistic-l1 4)" in lines
    assert "≠ contradicted by another table" in text
    assert max(map(len, lines)) <= 100


def test_a_table_says_which_rows_have_numbers(called):
    """The reduced rows of Table 3 were trained elsewhere: their numbers are in the folder, the weights aren't here."""
    text = called("show", "pcarn", "--table", "3", "--out", RESULTS).partition("Here:")[2]
    rows = [line.split("  ") for line in text.splitlines() if "sqrt" in line]
    assert [[cell.strip() for cell in row if cell.strip()][1] for row in rows] == ["–"] * 6 + ["2 of 2"] * 6


def test_the_same_as_json(called):
    (fact,) = json.loads(
        called(
            "show",
            "--method",
            "vdsr",
            "--dataset",
            "B100",
            "--scale",
            "3",
            "--out",
            RESULTS,
            "--json",
            "--metric",
            "psnr",
        )
    )
    assert (fact["method"], fact["labels"], fact["contradicted"]) == ("vdsr-authors", ["VDSR", "VDSR (l2)"], True)
    assert [(number["plugin"], number["table"], number["printed"]) for number in fact["printed"]] == [
        ("ode-ivp", "1", "28.83"),
        ("probabilistic-l1", "3", "28.82"),
        ("probabilistic-l1", "4", "28.82"),
    ]
    assert {cell["protocol"] for cell in fact["measured"]} >= {"y-float"}
    assert all(cell["verdict"] and cell["value"] > 28 for cell in fact["measured"])


@pytest.mark.parametrize("metric", ["psnr", "ssim", "params", "runtime_ms"])
def test_a_wide_view_still_fits(called, metric):
    text = called("show", "--metric", metric, "--out", RESULTS)
    tables = [line for line in text.splitlines() if not line.startswith("≠ ")]
    assert max(map(len, tables)) <= 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pcarn", "--plugin", "ode-ivp", "--metric", "psnr"), "name one of them"),
        (("--table", "4", "--metric", "psnr"), "no paper is named"),
        ((), "nothing to show"),
        (("--method", "VDSR2"), "unknown method 'VDSR2' in the papers' tables; did you mean 'vdsr'"),
    ],
)
def test_a_question_without_sense_is_refused(srbench, arguments, message):
    outcome = srbench("show", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message.casefold() in outcome.err.casefold()
    assert len(outcome.err.splitlines()) == 1


def test_no_such_number_is_no_error(called):
    assert "no paper prints such a number" in called("show", "--dataset", "Set5", "--scale", "2.5", "--out", RESULTS)


def test_a_table_is_still_shown(called):
    assert "pcarn, Table 4" in called("show", "pcarn", "--table", "4")
    assert called("show", "pcarn") == called("show", "--plugin", "pcarn")


@pytest.fixture
def measurable(called, tmp_path):
    return lambda out=tmp_path: json.loads(called("doctor", "--measurable", "--json", "--out", out))


def test_damaged_cells_are_named_before_anything_is_printed(srbench, tmp_path):
    (tmp_path / "pcarn").mkdir()
    (tmp_path / "pcarn" / "table-1.cells.csv").write_text("row,dataset\n", encoding="utf-8")
    outcome = srbench("show", "pcarn", "--table", "1", "--out", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "table-1.cells.csv, line 1: no column 'scale'" in outcome.err


def test_printed_numbers_add_up(measurable):
    counted = measurable(RESULTS)
    assert counted["total"]["printed"] == 1536
    printed = {}
    for line in counted["tables"]:
        assert line["measured"] + line["here"] + line["needs"] + line["never"] == line["printed"]
        printed.setdefault(line["plugin"], {})[line["table"]] = line["printed"]
    assert printed == COUNTS
    for state in ("printed", "measured", "here", "needs", "never"):
        assert counted["total"][state] == sum(line[state] for line in counted["tables"])
    assert counted["total"]["needs"] == sum(group["numbers"] for group in counted["needs"])
    assert counted["total"]["never"] == sum(group["numbers"] for group in counted["never"])
    assert counted["total"]["measured"] >= 194


def test_measured_is_what_stands_in_the_folder(measurable):
    here, there = measurable(), measurable(RESULTS)
    assert here["total"]["measured"] == 0
    assert here["total"]["printed"] == there["total"]["printed"]
    for line, other in zip(here["tables"], there["tables"], strict=True):
        assert line["never"] == other["never"] or other["measured"] > 0


def test_nobody_can_measure_the_challenge(measurable):
    """Only its server has the test images; every other number without hope has a row without a method."""
    counted = measurable()
    (challenge,) = [line for line in counted["tables"] if (line["plugin"], line["table"]) == ("gpnas-ensemble", "2")]
    assert challenge["never"] == challenge["printed"] == 88
    groups = [group for group in counted["never"] if group["tables"] == ["gpnas-ensemble 2"]]
    assert sum(group["numbers"] for group in groups) == 88
    assert all("only the challenge's server has the hidden test images" in group["reason"] for group in groups)
    by_kind = {kind for group in counted["needs"] for kind in (part["kind"] for part in group["missing"])}
    assert by_kind >= {"data", "weights"}
    by_hand = {part["name"] for group in counted["needs"] for part in group["missing"] if part["by_hand"]}
    assert by_hand >= {"AIM2020", "Manga109", "RealSR"}
    assert "DIV2K-train" not in by_hand


def test_the_counts_as_text(called):
    text = called("doctor", "--measurable", "--out", RESULTS)
    assert "Needs:" in text
    assert "a training (" in text
    assert "dataset AIM2020 (by hand)" in text
    assert max(map(len, text.splitlines())) <= 100
