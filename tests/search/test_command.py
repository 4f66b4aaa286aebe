"""``srbench search``: what it asks, keeps, reports and refuses."""

from __future__ import annotations

import csv
import json

import pytest


def records(folder):
    return [json.loads(path.read_text()) for path in sorted(folder.glob("records/??/*.json"))]


@pytest.mark.slow
def test_a_search_reports_ranking_prediction_and_front(search, tmp_path):
    done = search("--space", "sizes", "--budget", 3, "--profile", "demo", "--out", "out")
    assert done.code == 0, done.err
    with (tmp_path / "out/searched/search-sizes-widest-demo-seed0.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["rank"] for line in lines] == ["1", "2", "3"]
    values = [float(line["psnr"]) for line in lines]
    assert values == sorted(values, reverse=True)
    assert {line["architecture"] for line in lines} == {"width=8,depth=1", "width=8,depth=2", "width=4,depth=1"}
    assert lines[0]["pareto"] == "True"
    report = (tmp_path / "out/searched/search-sizes-widest-demo-seed0.md").read_text()
    assert "best predicted: width=8,depth=2, 20.050 ± 1.000 dB (measured" in report
    assert (tmp_path / "out/searched/search-sizes-widest-demo-seed0.png").read_bytes()[:4] == b"\x89PNG"
    kept = records(tmp_path / "out")
    assert {entry["cell"]["metric"] for entry in kept} == {"validation-psnr"}
    assert sorted(entry["value"] for entry in kept) == sorted(values)
    # 3 -> 8, 8 -> 12, each with 3 x 3 weights and biases
    assert {line["architecture"]: int(float(line["params"])) for line in lines}["width=8,depth=1"] == 224 + 876


@pytest.mark.slow
def test_a_larger_budget_goes_on_and_trains_nothing_again(search, tmp_path):
    small = ("--space", "sizes", "--profile", "demo", "--strategy", "random", "--out", "out", "--json")
    first = search(*small, "--budget", 1).json
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("training/*/card.json")}
    second = search(*small, "--budget", 2).json
    assert first["best_predicted"] is None
    assert first["evaluated"][0]["architecture"] in {entry["architecture"] for entry in second["evaluated"]}
    assert len(second["evaluated"]) == 2
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())


@pytest.mark.slow
def test_what_diverges_is_kept_and_left_out_and_what_fails_is_told(search, tmp_path):
    asked = ("--space", "faulty", "--budget", 5, "--profile", "demo", "--out", "out", "--json")
    done = search(*asked)
    found = {entry["architecture"]: entry for entry in done.json["evaluated"]}
    assert found["width=13"]["psnr"] is None
    assert found["width=13"]["remark"].startswith("diverged: phase ")
    assert ", step 1: the loss is not finite" in found["width=13"]["remark"]
    assert found["width=2"]["rank"] is not None
    assert "17 is no width" in done.err
    assert "19 is no width" in done.err
    assert done.code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--space", "size"), "unknown search space 'size'; did you mean 'sizes'?"),
        (("--space", "sizes", "--strategy", "widist"), "did you mean 'widest'?"),
        (("--space", "sizes", "--plugin", "other"), "belongs to plugin searched, not to other"),
        (
            ("--space", "sizes", "--profile", "demo", "--max-params", "10"),
            "none of the 6 architectures of sizes is within the limits; the smallest values are --max-params ",
        ),
        (("--space", "sizes", "--profile", "short"), "has no profile 'short'"),
        (("--space", "unseen", "--profile", "demo", "--budget", "1"), "no image is held out"),
    ],
)
def test_wrong_arguments_are_one_line_of_error(search, arguments, said):
    done = search(*arguments)
    assert done.code == 2
    assert said in done.err
    assert "\n" not in done.err


def test_limits_leave_out_what_costs_too_much(search):
    asked = ("--space", "sizes", "--profile", "demo", "--budget", 6, "--dry-run", "--json")
    everything = search(*asked).json
    small = search(*asked, "--max-params", 1000).json
    cheap = search(*asked, "--max-mult-adds", 0.1).json
    assert everything["architectures"] == 6
    # of width 8 the narrowest has 1100 parameters
    assert small["architectures"] == 4
    assert all("width=8" not in entry for entry in small["first"])
    # 640 x 360 places, 27 w + 108 w multiplications each at depth 1: 0.06 G for w = 2
    assert cheap["architectures"] == 2
