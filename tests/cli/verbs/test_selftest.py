"""``srbench selftest``: golden values hold here, and a wrong metric doesn't go unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import pytest
from click.testing import CliRunner

from srbench.cli.verbs.selftest import line_of, selftest
from srbench.selftest.check import Outcome
from srbench.selftest.golden import golden_values

NEED_WEIGHTS = {"lpips", "lpips_squeeze", "niqe", "niqe_grey", "nima"}


@pytest.fixture
def outcomes(monkeypatch, tmp_path):
    """outcomes(*arguments): (exit code, outcome by name), in this process, with no data but what is asked for."""
    monkeypatch.delenv("SRBENCH_DATA", raising=False)
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path))

    def call(*arguments):
        result = CliRunner().invoke(
            selftest, [*map(str, arguments), "--device", "cpu", "--json"], standalone_mode=False
        )
        assert result.exception is None
        return result.return_value, {entry["name"]: entry for entry in json.loads(result.output)}

    return call


@pytest.mark.slow
def test_everything_is_within_tolerance(shared, outcomes):
    code, found = outcomes("--data", shared)
    assert {name: one["reason"] for name, one in found.items() if one["status"] != "ok"} == {}
    assert code == 0
    assert found["psnr"]["error"] < 1e-9
    assert found["imresize matlab-uint8"]["error"] == 0


@pytest.mark.slow
def test_without_weights(outcomes):
    code, found = outcomes()
    assert {name for name, one in found.items() if one["status"] == "not available"} == NEED_WEIGHTS
    assert all(one["status"] == "ok" for name, one in found.items() if name not in NEED_WEIGHTS)
    assert "niqe_modelparameters.mat (srbench data get niqe-parameters)" in found["niqe"]["reason"]
    assert found["niqe"]["error"] is None
    assert code == 0


def test_what_is_missing_is_said_once():
    missing = Outcome(
        "niqe", 3, "not available", 5e-4, "basicsr", reason="not available: niqe.mat (srbench data get x)"
    )
    assert line_of(missing)[4] == "not available: niqe.mat (srbench data get x)"
    assert line_of(replace(missing, reason="no network"))[4] == "not available: no network"


@pytest.fixture
def only(monkeypatch):
    """``only("psnr", "niqe")``: no other metric or step is looked at."""

    def choose(*names):
        chosen = tuple(golden for golden in golden_values() if golden.name in names)
        assert len(chosen) == len(names)
        monkeypatch.setattr("srbench.selftest.golden.golden_values", lambda: chosen)

    return choose


def test_damaged_weights(outcomes, only, tmp_path):
    only("niqe", "psnr")
    damaged = tmp_path / "weights" / "niqe_modelparameters.mat"
    damaged.parent.mkdir()
    damaged.write_bytes(b"no parameters")
    code, found = outcomes("--data", tmp_path)
    assert found["niqe"]["status"] == "FAILED"
    assert "not the file of 'niqe-parameters'" in found["niqe"]["reason"]
    assert code == 1


@pytest.fixture
def psnr_and_ssim(only):
    """Only these two are looked at."""
    only("psnr", "ssim")


@pytest.mark.slow
@pytest.mark.usefixtures("psnr_and_ssim")
def test_a_metric_that_is_a_little_off(outcomes, monkeypatch):
    monkeypatch.setattr("srbench.metrics.ssim.KERNEL", cv2.getGaussianKernel(11, 1.50001))
    code, found = outcomes()
    assert found["ssim"]["status"] == "FAILED"
    assert 1e-9 < found["ssim"]["error"] < 1e-5
    assert found["psnr"]["status"] == "ok"
    assert code == 1


@pytest.mark.slow
@pytest.mark.usefixtures("psnr_and_ssim")
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_metric_that_is_no_number(outcomes, monkeypatch, value):
    monkeypatch.setattr("srbench.metrics.psnr.psnr", lambda _sample: value)
    code, found = outcomes()
    assert (found["psnr"]["status"], found["psnr"]["error"], code) == ("FAILED", str(value), 1)


@pytest.mark.usefixtures("psnr_and_ssim")
def test_a_metric_that_raises(outcomes, monkeypatch):
    def broken(_sample):
        raise RuntimeError("no such\nkernel")

    monkeypatch.setattr("srbench.metrics.psnr.psnr", broken)
    code, found = outcomes()
    assert (found["psnr"]["status"], found["psnr"]["reason"], code) == ("FAILED", "RuntimeError: no such kernel", 1)


def test_as_a_table(srbench, only):
    only("psnr", "ssim", *sorted(NEED_WEIGHTS))
    outcome = srbench("selftest", "--device", "cpu")
    assert outcome.code == 0, outcome.err
    assert "structural_similarity" in outcome.out
    assert "not available: " in outcome.out
    assert outcome.out.splitlines()[-1].startswith("2 ok, 5 not available on cpu: ")


def test_a_device_that_is_not_there(srbench):
    outcome = srbench("selftest", "--device", "cuda:99")
    assert outcome.code == 2
    assert "--device cuda:99" in outcome.err


def test_every_value_says_who_gave_it():
    assert all(golden.reference and golden.cases and golden.tolerance >= 0 for golden in golden_values())
