"""``srbench run`` trains what a row needs and has not got."""

from __future__ import annotations

import csv
import json

import pytest

TABLE_1 = ("run", "--plugin", "pcarn", "--table", "1", "--rows", "Baseline, reduced", "--profile", "demo")
IMAGES = {"psnr", "ssim"}


def cells(out, table="table-1"):
    with (out / "pcarn" / f"{table}.cells.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["row"] == "Baseline, reduced"]
    return {line["metric"]: line for line in lines}


@pytest.fixture(scope="module")
def out(srbench, small_demo, short_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    plan = srbench(*TABLE_1, "--out", folder, "--dry-run")
    assert plan.out.count("to train: ") == 1
    assert "to train: pcarn-baseline-reduced-l1-demo-seed0 (20 steps)" in plan.out
    assert not (folder / "training").exists()
    outcome = srbench(*TABLE_1, "--out", folder)
    assert (outcome.code, outcome.err) == (0, "")
    assert "trained here on demo: l1 20 of 600000 steps of 4 patches" in outcome.out
    return folder


@pytest.mark.slow
def test_it_is_trained_and_measured(out):
    found = cells(out)
    assert float(found["psnr"]["measured"]) > 15
    assert {found[metric]["verdict"] for metric in IMAGES} == {"demo data"}
    assert {(found[metric]["seeds"], found[metric]["seed_std"]) for metric in IMAGES} == {("1", "")}
    (card,) = (out / "training").rglob("card.json")
    records = [json.loads(path.read_text()) for path in (out / "records").rglob("*.json")]
    trained = [record for record in records if record["training"]]
    assert len(trained) == len(IMAGES)
    assert all(record["training"] == json.loads(card.read_text()) for record in trained)
    assert trained[0]["training"]["paper_budget"]["l1"]["steps"] == 600_000


@pytest.mark.slow
def test_the_second_time_nothing_is_done(srbench, out):
    before = {path: path.stat().st_mtime_ns for folder in ("training", "records") for path in (out / folder).rglob("*")}
    again = srbench(*TABLE_1, "--out", out)
    assert (again.code, again.err) == (0, "")
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert "to train" not in srbench(*TABLE_1, "--out", out, "--dry-run").out


@pytest.mark.slow
def test_several_seeds_have_a_deviation(srbench, out):
    plan = srbench(*TABLE_1, "--out", out, "--seeds", "2", "--dry-run", "--json").json
    states = {place["metric"]: place["state"] for place in plan if place["row"] == "Baseline, reduced"}
    assert states == {"params": "cached", "psnr": "to measure", "ssim": "to measure"}
    one = cells(out)
    assert srbench(*TABLE_1, "--out", out, "--seeds", "2").code == 0
    two = cells(out, "table-1@demo-2seeds")
    for metric in IMAGES:
        first, mean, deviation = (
            float(one[metric]["measured"]),
            float(two[metric]["measured"]),
            float(two[metric]["seed_std"]),
        )
        assert two[metric]["seeds"] == "2"
        # of two numbers, each is deviation / sqrt(2) from their mean
        assert abs(first - mean) == pytest.approx(deviation / 2**0.5)
        assert deviation > 0
    assert "±" in (out / "pcarn" / "table-1@demo-2seeds.md").read_text()
    assert two["params"]["seed_std"] == ""


@pytest.mark.slow
def test_what_may_not_be_trained_says_why(srbench, out, tmp_path):
    released = srbench(*TABLE_1, "--out", tmp_path, "--source", "released")
    assert "(Baseline, reduced): pcarn-baseline-reduced has no weights of the source 'released'" in released.out
    paper = srbench(*TABLE_1[:-2], "--out", tmp_path, "--json").json
    notes = {line["note"] for line in paper if line["metric"] in IMAGES}
    assert notes
    assert all("not trained here" in note or "srbench data get" in note for note in notes), notes
    assert not (tmp_path / "training").exists()


@pytest.mark.slow
def test_status_and_collect_tell_what_is_there(srbench, out, tmp_path):
    shown = srbench("status", "--out", out, "--json").json
    assert (shown[-1]["condition"], shown[-1]["executor"]) == ("ended", "local")
    tasks = {(task["kind"], task["state"]) for run in shown for task in run["tasks"]}
    assert ("measurement", "done") in tasks
    assert {state for _, state in tasks} == {"done"}
    before = {path: path.stat().st_mtime_ns for path in (out / "records").rglob("*.json")}
    collected = srbench("collect", "--plugin", "pcarn", "--table", "1", "--profile", "demo", "--out", out)
    assert collected.code == 0
    assert "Baseline, reduced" in collected.out
    assert {path: path.stat().st_mtime_ns for path in (out / "records").rglob("*.json")} == before
    assert float(cells(out)["psnr"]["measured"]) > 15
    (out / ".runs").rename(tmp_path / "journals")  # as in committed results, whose runs were elsewhere
    elsewhere = srbench("status", "--out", out)
    assert (elsewhere.code, "srbench collect prints the tables" in elsewhere.out) == (1, True)
    nothing = srbench("status", "--out", tmp_path / "empty")
    assert (nothing.code, "no run was started here" in nothing.out) == (1, True)
    missing = srbench("collect", "--plugin", "pcarn", "--table", "1", "--out", tmp_path)
    assert (missing.code, "no records there" in missing.err) == (2, True)
