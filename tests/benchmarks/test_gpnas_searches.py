"""Real searches, compared over their seeds."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from PIL import Image
from scipy.stats import ttest_1samp

USUAL = {"batch": 2, "max_params": None, "max_mult_adds": None, "max_latency": None}
ROOT = Path(__file__).parents[2]
with pytest.MonkeyPatch.context() as patch:  # the report is run from the root of a checkout, which is then on the path
    patch.setattr(sys, "path", [str(ROOT), *sys.path])
    from benchmarks.gpnas_searches import best_by_seed, draw, progress, report, seeds_left_out

BEST = {"gp": (28.07, 28.05, 28.06, 28.09), "random": (28.03, 28.02, 28.05, 28.04), "ei": (28.08, 28.03, 28.07, 28.08)}


def leave(folder, seeds):
    """Reports of searches; a search has other architectures too, and one that diverged."""
    for strategy, values in BEST.items():
        for seed, value in enumerate(values[:seeds]):
            rows = f"1,a,27.5,,,1,1,False,\n2,b,{value},,,1,1,True,\n3,c,,,,1,1,False,diverged\n"
            file = folder / f"search-drn-{strategy}-quick-seed{seed}.csv"
            file.write_text(f"rank,architecture,psnr,predicted,deviation,params,mult_adds,pareto,remark\n{rows}")
    (folder / "search-drn-gp-quick-seed9.csv").write_text("rank,architecture,psnr\n1,a,30\n")


def test_the_best_of_each_search_is_tested_over_the_seeds_that_all_have(tmp_path):
    leave(tmp_path, 4)
    best = best_by_seed(tmp_path, "drn", "quick")
    assert best == {strategy: dict(enumerate(values)) for strategy, values in BEST.items()}
    text = report(best, "drn", "quick")
    assert "| GP-NAS | 28.070 | 28.050 | 28.060 | 28.090 | 28.067 |" in text
    shown = re.findall(r"minus (\w+).*?: (\S+) dB \[(\S+), (\S+)\], p = (\S+): (\w+)", text)
    tests = [ttest_1samp([a - b for a, b in zip(BEST["gp"], BEST[name], strict=True)], 0) for name in ("random", "ei")]
    corrected = (2 * tests[0].pvalue, tests[1].pvalue)  # the smaller one first
    assert tests[0].pvalue < tests[1].pvalue
    for (_, difference, low, high, p, _), test, expected in zip(shown, tests, corrected, strict=True):
        limits = test.confidence_interval()
        assert float(difference) == pytest.approx(test._estimate, abs=5e-4)
        assert (float(low), float(high)) == pytest.approx((limits.low, limits.high), abs=5e-4)
        assert float(p) == pytest.approx(expected, rel=0.05)
    assert [row[-1] for row in shown] == ["better" if corrected[0] < 0.05 else "undecided", "undecided"]


def test_searches_of_different_lengths_are_not_compared(tmp_path):
    leave(tmp_path, 3)
    with (tmp_path / "search-drn-ei-quick-seed1.csv").open("a") as file:
        file.write("4,d,28.2,,,1,1,False,\n")
    with pytest.raises(SystemExit, match=r"different numbers of trainings .* random-seed2 3, ei-seed0 3, ei-seed1 4, "):
        best_by_seed(tmp_path, "drn", "quick")


def test_a_rival_that_is_equal_in_all_seeds_changes_nothing_for_the_other():
    alike = {
        "gp": dict(enumerate(BEST["gp"])),
        "random": dict(enumerate(BEST["random"])),
        "ei": dict(enumerate(BEST["gp"])),
    }
    expected = ttest_1samp([a - b for a, b in zip(BEST["gp"], BEST["random"], strict=True)], 0).pvalue
    shown = dict(re.findall(r"minus (\w+).*?p = (\S+):", report(alike, "drn", "quick")))
    assert float(shown["random"]) == pytest.approx(2 * expected, rel=0.05)
    assert float(shown["expected"]) == 1


def test_a_seed_that_a_strategy_lacks_is_named(tmp_path):
    leave(tmp_path, 4)
    (tmp_path / "search-drn-ei-quick-seed1.csv").unlink()
    assert list(best_by_seed(tmp_path, "drn", "quick")["gp"]) == [0, 2, 3]
    assert seeds_left_out(tmp_path, "drn", "quick") == {
        1: ["expected improvement (BoTorch)"],
        9: ["random search", "expected improvement (BoTorch)"],
    }
    with pytest.raises(SystemExit, match=r"no journal of gp for seeds \[0, 2\]"):
        progress(tmp_path, "drn", "quick", [0, 2])


def test_two_seeds_are_not_tested(tmp_path):
    leave(tmp_path, 2)
    assert "Not tested: 2 of the 3 seeds" in report(best_by_seed(tmp_path, "drn", "quick"), "drn", "quick")


def test_without_a_common_seed_there_is_no_page(tmp_path):
    with pytest.raises(SystemExit, match="no seed of space rcan at quick that gp, random, ei all have searched"):
        best_by_seed(tmp_path, "rcan", "quick")


def test_the_best_so_far_follows_the_order_of_the_trainings(tmp_path):
    leave(tmp_path, 1)
    for number, strategy in enumerate(BEST):
        search = {"space": "drn", "strategy": strategy, "profile": "quick", "seed": 0} | USUAL
        batches = [{"asked": [{"label": label} for label in "ac"]}, {"asked": [{"label": "b"}]}]
        (tmp_path / f"search-drn-{number}.json").write_text(json.dumps({"search": search, "batches": batches}))
        for other in ({"max_params": 9000.0}, {"batch": 1}, {"seed": 9}):
            text = json.dumps({"search": search | other, "batches": []})
            (tmp_path / f"search-drn-{number}-{len(text)}.json").write_text(text)
    curves = progress(tmp_path, "drn", "quick", [0])
    assert curves == {strategy: {0: [27.5, 27.5, values[0]]} for strategy, values in BEST.items()}
    draw(curves, tmp_path / "searches.png")
    with Image.open(tmp_path / "searches.png") as picture:
        assert min(picture.size) > 300


def test_the_committed_searches_are_read():
    folder = ROOT / "results" / "gpnas-ensemble"
    best = best_by_seed(folder, "drn", "quick")
    assert best["gp"][0] == pytest.approx(28.074, abs=5e-4)
    ends = {
        strategy: {seed: values[-1] for seed, values in by_seed.items()}
        for strategy, by_seed in progress(folder, "drn", "quick", list(best["gp"])).items()
    }
    assert ends == best
