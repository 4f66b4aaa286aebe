"""The report of the experiments, from values as `srbench compare --per-image --json` leaves them."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from srbench.stats.crossed import CrossedTest, crossed

with pytest.MonkeyPatch.context() as patch:  # the report is run from the root of a checkout, which is then on the path
    patch.setattr(sys, "path", [str(Path(__file__).parents[2]), *sys.path])
    from benchmarks.experiments.__main__ import page
    from benchmarks.experiments.experiment import EXPERIMENTS
    from benchmarks.experiments.lines import Compared, Line, lines_of
    from benchmarks.experiments.rules import of_adversary, of_rates

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


def test_what_lacks_seeds_is_not_read(tmp_path):
    leave(tmp_path, 2, -0.02)
    lines = lines_of(ADVERSARY.compared, tmp_path)
    found = {experiment.name: lines if experiment is ADVERSARY else [] for experiment in EXPERIMENTS}
    text = page(found)
    assert text.count("Not finished: not read.") == 1
    assert text.count("Not run.") == len(EXPERIMENTS) - 1


def lines_in_print(name):
    """The lines of an experiment in the committed experiments.csv."""
    with (RESULTS / "experiments.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["experiment"] == name]
    for row in rows:
        test = CrossedTest(
            *(int(row["seeds"]), int(row["images"]), float(row["difference"]), 0.0, 0.0),
            *((float(row["ci_low"]), float(row["ci_high"])), float(row["p"]), None),
        )
        place = (row["dataset"], float(row["scale"]), row["metric"])
        means = (float(row["mean"]), float(row["mean of the other"]))
        yield Line(Compared(row["compared"], "", ""), place, means, test, (test.difference,))


@pytest.mark.parametrize("name", ["equals", "rates", "vgg"])
def test_the_page_reads_what_the_table_beside_it_has(name):
    (experiment,) = (experiment for experiment in EXPERIMENTS if experiment.name == name)
    text = experiment.read(list(lines_in_print(name)))
    assert text in (RESULTS / "experiments.md").read_text(encoding="utf-8")


def test_equal_rates_and_unequal_rates_are_told_apart():
    """L2 at three times the rate against L1 at a third of it: 25.240 and 24.347 dB."""
    text = of_rates(list(lines_in_print("rates")))
    assert "L2 is ahead by +0.150 to +0.308 dB" in text
    assert "by +0.893 dB" in text
