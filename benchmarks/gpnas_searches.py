"""Real searches of GP-NAS, random search and expected improvement, compared over their seeds.

    python -m benchmarks.gpnas_searches results/gpnas-ensemble

reads the reports ``search-SPACE-STRATEGY-PROFILE-seedN.csv`` and journals that `srbench search` has left in the folder,
for the seeds that all three strategies have, and writes ``searches-SPACE-PROFILE.md`` and ``.png`` beside them. What is
compared is the best PSNR measured on the validation images, after as many trainings; GP-NAS minus each rival is tested
by a paired t test over the seeds, corrected for the two (Holm), as results/evidence/plan.md lays down. The picture has
the best PSNR so far, training by training, and tests nothing. Searches with limits or another batch are left out.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from itertools import accumulate
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from scipy.stats import ttest_rel

from srbench.search.report import LIMITS, USUAL_BATCH
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
    left_out = seeds_left_out(options.folder, options.space, options.profile)
    page = options.folder / f"searches-{options.space}-{options.profile}.md"
    curves = progress(options.folder, options.space, options.profile, list(best["gp"]))
    draw(curves, page.with_suffix(".png"))
    text = report(best, options.space, options.profile)
    text += "".join(
        f"\nSeed {seed} is left out: {', '.join(lacking)} lacks it.\n" for seed, lacking in left_out.items()
    )
    write_atomically(page, f"{text}\n![best PSNR so far]({page.stem}.png)\n")


def best_by_seed(folder: Path, space: str, profile: str) -> dict[str, dict[int, float]]:
    """Return the best PSNR in dB of each search, by strategy and seed, for the seeds that all strategies have.

    Raises:
        SystemExit: if there is no such seed, or the searches differ in their number of trainings.
    """
    found = _searches(folder, space, profile)
    shared = sorted(set.intersection(*(set(by_seed) for by_seed in found.values())))
    if not shared:
        raise SystemExit(f"{folder}: no seed of space {space} at {profile} that {', '.join(NAMES)} all have searched")
    chosen = {strategy: {seed: by_seed[seed] for seed in shared} for strategy, by_seed in found.items()}
    counts = {f"{strategy}-seed{seed}": len(psnr) for strategy in chosen for seed, psnr in chosen[strategy].items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise SystemExit(f"{folder}: searches of different numbers of trainings can't be compared: {listed}")
    return {
        strategy: {seed: max(psnr.values()) for seed, psnr in by_seed.items()} for strategy, by_seed in chosen.items()
    }


def seeds_left_out(folder: Path, space: str, profile: str) -> dict[int, list[str]]:
    """Return the seeds that some strategies have searched and others not, with the names of the others."""
    found = _searches(folder, space, profile)
    seeds = sorted(set().union(*found.values()))
    lacking = {seed: [NAMES[strategy] for strategy in NAMES if seed not in found[strategy]] for seed in seeds}
    return {seed: names for seed, names in lacking.items() if names}


def _searches(folder: Path, space: str, profile: str) -> dict[str, dict[int, dict[str, float]]]:
    """Return the PSNR in dB by architecture of each search without limits, by strategy and seed."""
    found: dict[str, dict[int, dict[str, float]]] = {}
    for strategy in NAMES:
        start = f"search-{space}-{strategy}-{profile}-seed"
        found[strategy] = {}
        for path in folder.glob(f"{start}*.csv"):
            if seed := re.fullmatch(rf"{re.escape(start)}(\d+)\.csv", path.name):
                found[strategy][int(seed[1])] = _measured(path)
    return found


def _measured(path: Path) -> dict[str, float]:
    """Return the PSNR in dB by architecture of a search's report; minus infinity where the training diverged."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["architecture"]: float(row["psnr"] or -math.inf) for row in csv.DictReader(file)}


def progress(folder: Path, space: str, profile: str, seeds: list[int]) -> dict[str, dict[int, list[float]]]:
    """Return the best PSNR in dB after each training of a search, by strategy and seed.

    Args:
        folder: Folder with the reports and journals of the searches.
        space: Name of the search space.
        profile: Budget of its trainings.
        seeds: The seeds.

    Raises:
        SystemExit: if the journal of a search is gone.
    """
    found: dict[str, dict[int, list[float]]] = {strategy: {} for strategy in NAMES}
    for path in sorted(folder.glob(f"search-{space}-*.json")):
        journal = json.loads(path.read_text(encoding="utf-8"))
        settings = journal["search"]
        strategy, seed = settings["strategy"], settings["seed"]
        usual = settings["batch"] == USUAL_BATCH and not any(settings[name] for name in LIMITS)
        if settings["profile"] != profile or strategy not in NAMES or seed not in seeds or not usual:
            continue
        psnr = _measured(folder / f"search-{space}-{strategy}-{profile}-seed{seed}.csv")
        tried = [asked["label"] for batch in journal["batches"] for asked in batch["asked"]]
        found[strategy][seed] = list(accumulate((psnr[label] for label in tried), max))
    for strategy, by_seed in found.items():
        if lacking := sorted(set(seeds) - set(by_seed)):
            raise SystemExit(
                f"{folder}: no journal of {strategy} for seeds {lacking}; run srbench search again for them"
            )
    return found


def draw(curves: Mapping[str, Mapping[int, list[float]]], path: Path) -> None:
    """Draw the best PSNR so far of each strategy: a thin line for each seed, a thick one for their mean.

    Args:
        curves: Best PSNR in dB after each training, by strategy and seed.
        path: The PNG file.
    """
    from srbench.pictures.save import save_picture
    from srbench.pictures.style import FigureStyle, house_style

    with house_style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(FigureStyle.COLUMN, 3.4))
        axes = figure.subplots()
        for (strategy, by_seed), color in zip(curves.items(), FigureStyle.LINES, strict=False):
            for values in by_seed.values():
                axes.step(range(1, len(values) + 1), values, where="post", color=color, linewidth=0.6, alpha=0.5)
            means = [fmean(values) for values in zip(*by_seed.values(), strict=False)]
            axes.step(range(1, len(means) + 1), means, where="post", color=color, linewidth=2, label=NAMES[strategy])
        axes.set(xlabel="trainings", ylabel="best PSNR so far [dB], validation images")
        axes.set_title(f"thick: mean over {len(curves['gp'])} seeds", fontsize=FigureStyle.SMALL)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2))
        save_picture(figure, path)


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
    values = [1.0 if math.isnan(test.pvalue) else float(test.pvalue) for test in tests]  # equal in all seeds
    for rival, test, p in zip(rivals, tests, holm(values), strict=True):
        difference = fmean(ours) - fmean(best[rival][seed] for seed in seeds)
        low, high = test.confidence_interval(CONFIDENCE)
        answer = "undecided" if not p < SIGNIFICANCE else "better" if difference > 0 else "worse"
        lines.append(
            f"- GP-NAS minus {NAMES[rival]}: {difference:+.3f} dB [{low:+.3f}, {high:+.3f}], p = {p:.2g}: {answer}"
        )
    return lines


if __name__ == "__main__":
    main()
