"""Regret of GP-NAS, random search and expected improvement after 12 evaluations, on a table of trained architectures.

    python benchmarks/gpnas_regret.py plugins/gpnas-ensemble/tests/tabulated.csv results/gpnas-ensemble/regret.md

The table was written by `gpnas_table.py`: each architecture was trained once, so that a search needs no training. There
are two regrets: the best PSNR of the table minus the best PSNR evaluated, and minus the PSNR of the architecture that
is recommended at the end (the best predicted one, or for random search the best evaluated one). Means are over seeds,
and strategies are compared seed by seed.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import torch
from srbench_gpnas_ensemble.spaces import SPACES

from srbench.loading import load
from srbench.stats.paired import paired
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from srbench.search.strategy import Strategy
    from srbench.specs.search_space import SearchSpace

RIVALS = {"gp": "GP-NAS", "random": "random search", "ei": "expected improvement (BoTorch)"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--space", default="drn", choices=[space.name for space in SPACES])
    parser.add_argument("--budget", type=int, default=12)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    space = next(space for space in SPACES if space.name == options.space)
    points, values = table(options.table, space)
    regrets_by_strategy: dict[str, list[tuple[float, float]]] = {}
    for name in RIVALS:
        build = load(space.strategy(name)[1])
        regrets_by_strategy[name] = [
            regrets(build(points, options.budget, seed), values, options.budget, options.batch)
            for seed in range(options.seeds)
        ]
        print(name, fmean(best for best, _ in regrets_by_strategy[name]))
    write_atomically(options.report, report(regrets_by_strategy, len(values), options))


def table(path: Path, space: SearchSpace) -> tuple[list[tuple[float, ...]], list[float | None]]:
    """Return encodings and PSNRs of the architectures in a table; None for one that diverged."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = {tuple(row[name] for name in space.choices): row["psnr"] for row in rows}
    tabulated = [
        architecture for architecture in space.architectures if tuple(map(str, architecture.values())) in known
    ]
    texts = [known[tuple(map(str, architecture.values()))] for architecture in tabulated]
    return [space.encode(architecture) for architecture in tabulated], [float(text) if text else None for text in texts]


def regrets(strategy: Strategy, values: list[float | None], budget: int, batch: int) -> tuple[float, float]:
    """Return the regret in dB of the best evaluated architecture, and of the recommended one."""
    evaluated_indices: list[int] = []
    while len(evaluated_indices) < budget:
        for index in strategy.ask(min(batch, budget - len(evaluated_indices))):
            strategy.tell(index, values[index])
            evaluated_indices.append(index)
    psnr = [value for value in values if value is not None]
    score = [min(psnr) if value is None else value for value in values]
    evaluated = max(evaluated_indices, key=lambda index: score[index])
    expected = strategy.predict()
    recommended = evaluated if expected is None else max(range(len(values)), key=lambda index: expected[index].mean)
    return max(psnr) - score[evaluated], max(psnr) - score[recommended]


def report(
    regrets_by_strategy: dict[str, list[tuple[float, float]]], architectures: int, options: argparse.Namespace
) -> str:
    text = [
        f"# Regret after {options.budget} evaluations",
        "",
        (
            f"Table of {architectures} architectures of the space {options.space}, each trained once on demo data; "
            f"{options.seeds} seeds, batches of {options.batch}. Regret in dB of PSNR on the validation images: 0 is "
            "the best of the table."
        ),
        "",
        "| strategy | best evaluated | recommended |",
        "|---|---|---|",
    ]
    for name, pairs in regrets_by_strategy.items():
        cells = [f"{fmean(column):.3f} ± {stdev(column):.3f}" for column in zip(*pairs, strict=True)]
        text.append(f"| {RIVALS[name]} | {cells[0]} | {cells[1]} |")
    text += ["", "Mean ± standard deviation over the seeds. Paired over seeds:", ""]
    for index, kind in enumerate(("best evaluated", "recommended")):
        for rival in ("random", "ei"):
            gp, rival_regrets = ([pair[index] for pair in regrets_by_strategy[name]] for name in ("gp", rival))
            test = paired(gp, rival_regrets, "lower")
            between = "" if test.interval is None else f" [{test.interval[0]:.3f}, {test.interval[1]:.3f}]"
            text.append(
                f"- {kind}: GP-NAS less {RIVALS[rival]} {test.difference:+.3f} dB{between}, p = {test.p:.2g} "
                f"(Wilcoxon): {test.verdict}"
            )
    return "\n".join(text) + "\n"


if __name__ == "__main__":
    main()
