"""Table of a search space, for tests and `gpnas_regret.py`: one line per architecture, with its PSNR and cost.

    python benchmarks/gpnas_table.py plugins/gpnas-ensemble/tests/tabulated.csv [--space drn] [--only N]

Every architecture is trained once on the demo photographs, for 150 steps of 4 small patches with L1 alone, which takes
a few seconds on one core. The 20 steps of the recipe's demo profile are too few: PSNR then depends on chance (60 steps
gave five of the smallest architectures 12 to 22 dB). An interrupted run continues with the missing lines; trainings and
their checkpoints are deleted.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from srbench_gpnas_ensemble.spaces import SPACES

if TYPE_CHECKING:
    from srbench.specs.recipe import Recipe

from srbench import Budget, Schedule, Term
from srbench.catalog import load_catalog
from srbench.search.costs import Cost
from srbench.search.evaluation import Evaluation, training_of
from srbench.storage.roots import data_roots

PROFILE, SEED = "demo", 0
BUDGET = Budget(steps=150, batch=4, patch=12, learning_rate=3e-3, schedule=Schedule("one-cycle"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--space", default="drn", choices=[space.name for space in SPACES])
    parser.add_argument("--only", type=int, default=None, help="so many of the missing lines, then stop")
    options = parser.parse_args()
    torch.set_num_threads(1)
    space = next(space for space in SPACES if space.name == options.space)
    done = lines(options.table)
    with options.table.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if not done:
            writer.writerow([*space.choices, "psnr", "params", "mult_adds", "steps", "seed"])
        missing = [
            architecture for architecture in space.architectures if tuple(map(str, architecture.values())) not in done
        ]
        for architecture in missing[: options.only]:
            began = time.process_time()
            psnr, cost = evaluate(space, architecture)
            writer.writerow(
                [*architecture.values(), psnr, f"{cost.params:.0f}", f"{cost.mult_adds:.0f}", BUDGET.steps, SEED]
            )
            file.flush()
            print(f"{space.label(architecture)}: {psnr} dB, {time.process_time() - began:.1f} s of the processor")
    print(f"{options.table}: {len(lines(options.table))} of {len(space.architectures)} architectures")


def lines(table: Path) -> set[tuple[str, ...]]:
    """Return the architectures that `table` contains."""
    if not table.is_file():
        return set()
    with table.open(newline="", encoding="utf-8") as file:
        header, *rows = [*csv.reader(file)] or [[]]
    return {tuple(row[: header.index("psnr")]) for row in rows}


def evaluate(space, architecture) -> tuple[str, Cost]:
    """Return the PSNR in dB of an architecture (empty if it diverged), and its cost."""
    job = training_of(load_catalog(), space, architecture, PROFILE, SEED)
    job = replace(job, recipe=tabulated(job.recipe))
    with tempfile.TemporaryDirectory() as folder:
        [record] = Evaluation(space.label(architecture), job, data_roots(), Path(folder), "cpu").run()
    if record.status != "ok":
        raise SystemExit(f"{space.label(architecture)}: {record.error}")
    return ("" if record.value is None else f"{record.value:.4f}"), Cost(job)


def tabulated(recipe: Recipe) -> Recipe:
    """Return the recipe with the budget and loss of the table."""
    return replace(recipe, phases=(replace(recipe.phases[-1], losses=(Term("l1"),), budget=BUDGET),))


if __name__ == "__main__":
    main()
