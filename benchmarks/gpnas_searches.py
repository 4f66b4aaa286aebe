"""Real searches of GP-NAS, random search and expected improvement, compared over their seeds.

    python -m benchmarks.gpnas_searches results/gpnas-ensemble

reads the reports ``search-SPACE-STRATEGY-PROFILE-seedN.csv`` that `srbench search` has left in the folder, for the
seeds that all three strategies have, and writes ``searches.md`` beside them. What is compared is the best PSNR measured
on the validation images; GP-NAS minus each rival is tested by a paired t test over the seeds, corrected for the two
(Holm), as results/evidence/plan.md lays down.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from scipy.stats import ttest_rel

from srbench.stats.levels import CONFIDENCE, SIGNIFICANCE
from srbench.stats.paired import holm
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = {"gp": "GP-NAS", "random": "random search", "ei": "expected improvement (BoTorch)"}
FEWEST_SEEDS = 3
"""Fewest seeds that are tested."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--space", default="drn")
    parser.add_argument("--profile", default="quick")
    options = parser.parse_args()
    best = best_by_seed(options.folder, options.space, options.profile)
    write_atomically(options.folder / "searches.md", report(best, options.space, options.profile))


def best_by_seed(folder: Path, space: str, profile: str) -> dict[str, dict[int, float]]:
    """Return the best PSNR in dB of each search, by strategy and seed, for the seeds that all strategies have."""
    found: dict[str, dict[int, float]] = {}
    for strategy in NAMES:
        start = f"search-{space}-{strategy}-{profile}-seed"
        found[strategy] = {}
        for path in folder.glob(f"{start}*.csv"):
            if seed := re.fullmatch(rf"{re.escape(start)}(\d+)\.csv", path.name):
                with path.open(encoding="utf-8", newline="") as file:
                    found[strategy][int(seed[1])] = max(
                        float(row["psnr"]) for row in csv.DictReader(file) if row["psnr"]
                    )
    shared = sorted(set.intersection(*(set(by_seed) for by_seed in found.values())))
    if not shared:
        raise SystemExit(f"{folder}: no seed of space {space} at {profile} that {', '.join(NAMES)} all have searched")
    return {strategy: {seed: by_seed[seed] for seed in shared} for strategy, by_seed in found.items()}


def report(best: Mapping[str, Mapping[int, float]], space: str, profile: str) -> str:
    """Return the page: the best PSNR of each search, and the tests over the seeds.

    Args:
        best: Best PSNR in dB, by strategy and seed.
        space: Name of the search space.
        profile: Budget of its trainings.
    """
    seeds = list(best["gp"])
    lines = [
        f"# Real searches of {space} at {profile}",
        "",
        "Best PSNR in dB that a search has measured on the validation images; a seed is that of search and trainings.",
        "",
        f"| strategy | {' | '.join(f'seed {seed}' for seed in seeds)} | mean |",
        "|---|" + "---|" * (len(seeds) + 1),
    ]
    for strategy, name in NAMES.items():
        values = [best[strategy][seed] for seed in seeds]
        lines.append(f"| {name} | {' | '.join(f'{value:.3f}' for value in (*values, fmean(values)))} |")
    return "\n".join([*lines, "", *_tests(best, seeds)]) + "\n"


def _tests(best: Mapping[str, Mapping[int, float]], seeds: list[int]) -> list[str]:
    if len(seeds) < FEWEST_SEEDS:
        return [f"Not tested: {len(seeds)} of the {FEWEST_SEEDS} seeds that a test takes."]
    ours = [best["gp"][seed] for seed in seeds]
    rivals = [strategy for strategy in NAMES if strategy != "gp"]
    tests = [ttest_rel(ours, [best[rival][seed] for seed in seeds]) for rival in rivals]
    lines = [f"Paired t test over {len(seeds)} seeds, p corrected for the two comparisons (Holm):", ""]
    for rival, test, p in zip(rivals, tests, holm([float(test.pvalue) for test in tests]), strict=True):
        difference = fmean(ours) - fmean(best[rival][seed] for seed in seeds)
        low, high = test.confidence_interval(CONFIDENCE)
        answer = "undecided" if not p < SIGNIFICANCE else "better" if difference > 0 else "worse"
        lines.append(
            f"- GP-NAS minus {NAMES[rival]}: {difference:+.3f} dB [{low:+.3f}, {high:+.3f}], p = {p:.2g}: {answer}"
        )
    return lines


if __name__ == "__main__":
    main()
