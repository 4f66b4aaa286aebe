"""Trains every architecture of a search space once, on the demo's photographs, and writes the table that tests and
`gpnas_regret.py` search: one line an architecture, with its PSNR and its cost.

    python benchmarks/gpnas_table.py plugins/gpnas-ensemble/tests/tabulated.csv [--space drn] [--only N]

Each is trained for 150 steps of 4 small patches with L1 alone, a few seconds of one core: after the 20 steps of the
recipe's own demo PSNR is a matter of luck (60 steps of it gave five of the smallest 12 to 22 dB). One that was
stopped goes on with the lines that are missing; trainings and their checkpoints are thrown away.
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
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("table", type=Path)
    arguments.add_argument("--space", default="drn", choices=[space.name for space in SPACES])
    arguments.add_argument("--only", type=int, default=None, help="so many of the missing lines, then stop")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    space = next(one for one in SPACES if one.name == given.space)
    done = lines(given.table)
    with given.table.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if not done:
            writer.writerow([*space.choices, "psnr", "params", "mult_adds", "steps", "seed"])
        missing = [one for one in space.architectures if tuple(map(str, one.values())) not in done]
        for architecture in missing[: given.only]:
            began = time.process_time()
            psnr, cost = evaluate(space, architecture)
            writer.writerow(
                [*architecture.values(), psnr, f"{cost.params:.0f}", f"{cost.mult_adds:.0f}", BUDGET.steps, SEED]
            )
            file.flush()
            print(f"{space.label(architecture)}: {psnr} dB, {time.process_time() - began:.1f} s of the processor")
    print(f"{given.table}: {len(lines(given.table))} of {len(space.architectures)} architectures")


def lines(table: Path) -> set[tuple[str, ...]]:
    """The architectures that `table` has."""
    if not table.is_file():
        return set()
    with table.open(newline="", encoding="utf-8") as file:
        header, *rows = [*csv.reader(file)] or [[]]
    return {tuple(row[: header.index("psnr")]) for row in rows}


def evaluate(space, architecture) -> tuple[str, Cost]:
    """PSNR in dB, empty where it diverged, and what the architecture costs."""
    job = training_of(load_catalog(), space, architecture, PROFILE, SEED)
    job = replace(job, recipe=tabulated(job.recipe))
    with tempfile.TemporaryDirectory() as folder:
        [record] = Evaluation(space.label(architecture), job, data_roots(), Path(folder), "cpu").run()
    if record.status != "ok":
        raise SystemExit(f"{space.label(architecture)}: {record.error}")
    return ("" if record.value is None else f"{record.value:.4f}"), Cost(job)


def tabulated(recipe: Recipe) -> Recipe:
    """The recipe on the demo's data with the table's own budget and loss."""
    return replace(recipe, phases=(replace(recipe.phases[-1], losses=(Term("l1"),), budget=BUDGET),))


if __name__ == "__main__":
    main()
