"""Sigma from the training to the table: a branch's own, and one constant for a network without a branch."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from scipy.stats import norm

from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize

ROWS = ("EDSR, reduced", "EDSR+Ours, reduced")
TABLE_7 = ("run", "--plugin", "probabilistic-l1", "--table", "7", "--profile", "demo", "--scales", "2")


@pytest.fixture(scope="module")
def out(srbench, small_demo, short_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    outcome = srbench(*TABLE_7, "--rows", ",".join(ROWS), "--out", folder)
    assert (outcome.code, outcome.err) == (0, "")
    return folder


@pytest.fixture(scope="module")
def cells(out):
    with (out / "probabilistic-l1" / "table-7.cells.csv").open(encoding="utf-8", newline="") as file:
        return {(line["row"], line["metric"]): line for line in csv.DictReader(file) if line["measured"]}


@pytest.mark.slow
def test_both_rows_have_both_numbers(cells):
    assert {(row, metric) for row in ROWS for metric in ("pll", "psnr_sigma")} <= set(cells)
    assert {line["verdict"] for line in cells.values()} == {"demo data"}


@pytest.mark.slow
def test_the_constant_is_the_mean_error_on_the_training_images(out, cells):
    """Against SR images made by the method's network here, luma by ITU-R BT.601, and SciPy's density."""
    from srbench.bench.resolve.method_weights import WeightsPolicy
    from srbench.bench.resolve.resolver import Resolver
    from srbench.catalog import load_catalog
    from srbench.inference.upscaler import Upscaler

    resolver = Resolver(load_catalog(), (), weights=WeightsPolicy("train", "demo", out))
    method = resolver.method("edsr-baseline-reduced+l1", 2.0)
    upscaler = Upscaler(method, 2.0, device="cpu")
    errors = {}
    for image in resolver.dataset("demo").images:
        hr = read_image(image.hr)
        hr = hr[: hr.shape[0] // 2 * 2, : hr.shape[1] // 2 * 2]
        lr = imresize(hr, 0.5, mode="matlab-uint8")
        sr = upscaler(lr).sr[0].permute(1, 2, 0).double().numpy()
        luma = np.array([65.481, 128.553, 24.966]) / 255
        errors[image.name] = np.abs((hr / 255 - sr) @ luma)[2:-2, 2:-2]
    sigma = float(np.concatenate([error.ravel() for error in errors.values()]).mean())
    note = cells["EDSR, reduced", "pll"]["note"]
    assert float(re.search(r"sigma is ([\d.]+) everywhere", note)[1]) == pytest.approx(sigma, abs=6e-6)
    density = np.mean([norm.logpdf(error, 0, sigma).mean() for error in errors.values()])
    assert float(cells["EDSR, reduced", "pll"]["measured"]) == pytest.approx(density, abs=2e-3)


@pytest.mark.slow
def test_without_a_question_about_sigma_the_branch_is_not_there(srbench, out):
    """Table 3's row is trained already, runs the plain network, and its cost is the plain network's."""
    arguments = ("run", "--plugin", "probabilistic-l1", "--table", "3", "--profile", "demo", "--scales", "2")
    rows = ("--rows", "EDSR-baseline, reduced,EDSR-baseline+Ours, reduced")
    outcome = srbench(*arguments, *rows, "--metrics", "params,macs,psnr", "--out", out, "--json")
    assert outcome.code == 0, outcome.err
    found = {(line["row"], line["metric"]): line["measured"] for line in outcome.json}
    for metric in ("params", "macs"):
        assert found["EDSR-baseline, reduced", metric] == found["EDSR-baseline+Ours, reduced", metric]
    assert len(list((out / "training").glob("*/card.json"))) == 2
    assert found["EDSR-baseline+Ours, reduced", "psnr"] > 15


@pytest.mark.slow
def test_a_step_costs_time_and_needs_no_training(srbench, small_demo, tmp_path):
    arguments = ("run", "--plugin", "probabilistic-l1", "--table", "1", "--profile", "demo", "--rows", "l1, reduced")
    outcome = srbench(*arguments, "--metrics", "train_ms_per_iter", "--out", tmp_path, "--json")
    (line,) = [line for line in outcome.json if line["row"] == "l1, reduced"]
    assert 1 < line["measured"] < 60_000
    assert line["note"].startswith("on cpu")
    assert not (tmp_path / "training").exists()
