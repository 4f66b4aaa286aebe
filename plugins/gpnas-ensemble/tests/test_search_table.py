"""GP-NAS on architectures that were really trained (`benchmarks/gpnas_table.py`); more seeds: `gpnas_regret.py`."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import fmean

import pytest
from srbench_gpnas_ensemble.search.gp_nas import GPNAS
from srbench_gpnas_ensemble.spaces import SPACES

from srbench.search.random_search import RandomSearch
from srbench.stats.paired import paired

SPACE, BUDGET, BATCH, SEEDS = SPACES[0], 12, 2, 20


def tabulated():
    """The choices and the PSNR of each line of the table."""
    with Path(__file__).with_name("tabulated.csv").open(newline="", encoding="utf-8") as file:
        return [(tuple(row[name] for name in SPACE.choices), float(row["psnr"])) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def table():
    """Encodings and PSNRs of the space's architectures, in its order."""
    known = dict(tabulated())
    values = [known[tuple(map(str, architecture.values()))] for architecture in SPACE.architectures]
    return [SPACE.encode(architecture) for architecture in SPACE.architectures], values


def regret(build, table, seed):
    points, values = table
    strategy, asked = build(points, BUDGET, seed), []
    while len(asked) < BUDGET:
        for index in strategy.ask(min(BATCH, BUDGET - len(asked))):
            strategy.tell(index, values[index])
            asked.append(index)
    return max(values) - max(values[index] for index in asked)


def test_the_table_is_the_whole_space():
    keys = [key for key, _ in tabulated()]
    assert len(set(keys)) == len(keys) == 120
    assert set(keys) == {tuple(map(str, architecture.values())) for architecture in SPACE.architectures}


def test_the_best_found_is_better_than_random_searchs_on_average(table):
    ours, random = (fmean(regret(build, table, seed) for seed in range(3)) for build in (GPNAS, RandomSearch))
    assert ours < random


@pytest.mark.slow
@pytest.mark.long
def test_regret_is_below_random_search(table):
    """The best evaluated, seed by seed: Wilcoxon's signed-rank test and the bootstrap interval of the difference."""
    ours, random = ([regret(build, table, seed) for seed in range(SEEDS)] for build in (GPNAS, RandomSearch))
    assert fmean(ours) < fmean(random)
    assert paired(ours, random, "lower").verdict == "better"
