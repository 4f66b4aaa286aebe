"""The report of the experiments, from values as `srbench compare --per-image --json` leaves them."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from srbench.stats.crossed import CrossedTest, crossed

with pytest.MonkeyPatch.context() as patch:  # the report is run from the root of a checkout, which is then on the path
    patch.setattr(sys, "path", [str(Path(__file__).parents[2]), *sys.path])
    from benchmarks.experiments.__main__ import FIELDS, main, page, read_lines, row
    from benchmarks.experiments.experiment import EXPERIMENTS
    from benchmarks.experiments.lines import Line, lines_of
    from benchmarks.experiments.rules import of_adversary, of_depth, of_longer, of_precision, of_rates, of_solvers

RESULTS = Path(__file__).parents[2] / "results" / "evidence"
ADVERSARY = next(experiment for experiment in EXPERIMENTS if experiment.name == "adversary")


def leave(folder, seeds, moved):
    """LPIPS of 14 images with and without an adversary, which moves it by about `moved`."""
    chance = np.random.default_rng(0)
    without = chance.normal(0.3, 0.02, (seeds, 14))
    strong = without + moved + chance.normal(0, 0.002, (seeds, 14))
    for seed in range(seeds):
        place = {"dataset": "Set14", "scale": 4.0, "metric": "lpips"}
        networks = {side: f"net (x/{name}{seed}.safetensors)" for side, name in (("a", "strong"), ("b", "none"))}
        images = [
            {**networks, **place, "image": str(image), "value_a": a, "value_b": b}
            for image, (a, b) in enumerate(zip(strong[seed], without[seed], strict=True))
        ]
        mean = {**networks, **place, "mean_a": 0.0, "mean_b": 0.0}
        (folder / f"seed{seed}.values.json").write_text(json.dumps([mean, *images]))
    return strong - without


@pytest.mark.parametrize(("moved", "reading"), [(-0.02, "**the weight**"), (0.0, "**the budget**")])
def test_differences_are_tested_over_seeds_and_images_and_read_by_the_rule(tmp_path, moved, reading):
    differences = leave(tmp_path, 3, moved)
    (line,) = lines_of(ADVERSARY.compared, tmp_path)
    expected = crossed(differences)
    assert line.test.difference == pytest.approx(expected.difference)
    assert line.test.interval == pytest.approx(expected.interval)
    assert line.means[0] - line.means[1] == pytest.approx(expected.difference)
    assert reading in of_adversary([line])


def test_other_datasets_on_which_the_adversary_counts_are_named(tmp_path):
    leave(tmp_path, 3, 0.0)
    (line,) = lines_of(ADVERSARY.compared, tmp_path)
    moved = replace(
        line, place=("B100", 4.0, "lpips"), test=replace(line.test, difference=-0.02, interval=(-0.03, -0.01))
    )
    text = of_adversary([line, moved])
    assert "**the budget**" in text
    assert text.endswith("On B100 the interval excludes 0: -0.0200 [-0.0300, -0.0100].")


@pytest.mark.parametrize(
    ("difference", "interval", "reading"),
    [
        (-0.2, (-0.3, -0.1), "by -0.200 dB [-0.300, -0.100], -0.76 dB at the plan's steps: it shrinks, **budget**."),
        (-0.7, (-0.9, -0.5), "no change with four times the steps"),
        (-1.2, (-1.3, -1.1), "it grows with four times the steps"),
    ],
)
def test_the_gap_of_runge_kutta_is_compared_with_that_of_the_plan(difference, interval, reading):
    solvers = next(experiment for experiment in EXPERIMENTS if experiment.name == "solvers")
    at_2, at_small = (
        Line(solvers.compared[0], ("B100", scale, "psnr"), (30.0, 30.0 - by), crossed([[by] * 3] * 3), (by,) * 3)
        for scale, by in ((2.0, 0.5), (1.1, difference))
    )
    at_small = replace(at_small, test=replace(at_small.test, difference=difference, interval=interval))
    assert f" {reading}" in of_solvers([at_2, at_small])


@pytest.mark.parametrize(
    ("fifteen", "ten", "reading"),
    [
        (-0.155, -0.134, "it closes, **budget**."),
        (0.1, 0.2, "it closes, **budget**."),
        (-0.156, -0.134, "it closes for one of them alone, **open**."),
        (-0.156, -0.135, "it stays, **size**."),
    ],
)
def test_the_gap_of_deeper_networks_closes_at_half_of_it(fifteen, ten, reading):
    depth = next(experiment for experiment in EXPERIMENTS if experiment.name == "depth")
    lines = [
        Line(compared, ("Set14", 4.0, "psnr"), (25.0 + by, 25.0), crossed([[by] * 3] * 3), (by,) * 3)
        for compared, by in zip(depth.compared, (fifteen, ten), strict=True)
    ]
    text = of_depth(lines)
    assert text.startswith(f"On Set14 PSNR differs for 15 RRDBs against 2 by {fifteen:+.3f} dB")
    assert "(-0.31 dB at the plan's steps)" in text
    assert "(-0.27 dB at the plan's steps)" in text
    assert text.endswith(reading)


@pytest.mark.parametrize(
    ("interval", "reading"),
    [
        ((-0.03, -0.01), "**budget**."),
        ((-0.01, 0.01), "**they don't part**."),
        ((0.01, 0.03), "**they don't part**, as dual isn't the better one; triad is."),
    ],
)
def test_dual_and_triad_part_where_dual_is_better_at_the_last_step(interval, reading):
    longer = next(experiment for experiment in EXPERIMENTS if experiment.name == "longer")
    place = ("Photographs-valid", 4.0, "lpips")
    steps = [
        Line(
            replace(longer.compared[0], text=f"dual against triad after {step} steps"), place, (0.3, 0.3), test, (0.0,)
        )
        for step, test in ((480, crossed([[0.1, -0.1]])), (4800, replace(crossed([[0.1, -0.1]]), interval=interval)))
    ]
    assert of_longer(steps).endswith(reading)


def test_what_lacks_seeds_is_not_read(tmp_path):
    leave(tmp_path, 2, -0.02)
    lines = lines_of(ADVERSARY.compared, tmp_path)
    found = {experiment.name: lines if experiment is ADVERSARY else [] for experiment in EXPERIMENTS}
    text = page(found)
    assert text.count("Not finished: not read.") == 1
    assert text.count("Not run.") == len(EXPERIMENTS) - 1


def test_the_committed_page_is_that_of_the_committed_numbers():
    """What an output folder lacks is taken from experiments.csv."""
    lines = read_lines(RESULTS / "experiments.csv")
    assert {"equals", "rates", "vgg"} <= set(lines)
    text = page({experiment.name: lines.get(experiment.name, []) for experiment in EXPERIMENTS})
    assert text == (RESULTS / "experiments.md").read_text(encoding="utf-8")


def test_lines_of_a_report_are_read_as_they_were_written(tmp_path):
    leave(tmp_path, 3, -0.02)
    (line,) = lines_of(ADVERSARY.compared, tmp_path)
    with (tmp_path / "experiments.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIELDS, ("adversary", *row(line))])
    (again,) = read_lines(tmp_path / "experiments.csv")["adversary"]
    assert page({each.name: [again] if each is ADVERSARY else [] for each in EXPERIMENTS}) == page(
        {each.name: [line] if each is ADVERSARY else [] for each in EXPERIMENTS}
    )


def test_a_whole_experiment_is_not_replaced_by_a_part(tmp_path, monkeypatch):
    target, out = tmp_path / "evidence", tmp_path / "out"
    for folder in (target, out / "adversary"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "argv", ["benchmarks.experiments", str(out), str(target)])
    leave(out / "adversary", 3, -0.02)
    main()
    whole = (target / "experiments.csv").read_text(encoding="utf-8")
    for seed in (1, 2):
        (out / "adversary" / f"seed{seed}.values.json").unlink()
    main()
    assert (target / "experiments.csv").read_text(encoding="utf-8") == whole
    assert "**the weight**" in (target / "experiments.md").read_text(encoding="utf-8")


def test_no_report_has_no_lines(tmp_path):
    assert read_lines(tmp_path / "experiments.csv") == {}


def test_equal_rates_and_unequal_rates_are_told_apart():
    """L2 at three times the rate against L1 at a third of it: 25.240 and 24.347 dB."""
    text = of_rates(read_lines(RESULTS / "experiments.csv")["rates"])
    assert "L2 is ahead by +0.150 to +0.308 dB" in text
    assert "by +0.893 dB" in text


@pytest.mark.parametrize(
    ("difference", "reading"),
    [
        (0.01, "**not the precision**"),
        (0.08, "**open**"),
        (-0.3, "**open**"),
        (0.3, "**the precision can be a part of it**"),
    ],
)
def test_the_precision_is_read_by_the_rule(difference, reading):
    (experiment,) = (experiment for experiment in EXPERIMENTS if experiment.name == "precision")
    test = CrossedTest(3, 14, difference, 0.0, 0.0, (difference - 0.05, difference + 0.05), 0.5, None)
    line = Line(experiment.compared[0], ("Set14", 4.0, "psnr"), (25.0, 25.0), test, (difference,) * 3)
    assert reading in of_precision([line])
