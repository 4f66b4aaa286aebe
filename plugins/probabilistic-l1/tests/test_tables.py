"""The seven tables: 695 printed values, and what Section 4.2 says of budgets, focal lengths and costs."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
import srbench_classics
import srbench_probabilistic_l1 as plugin
from srbench_probabilistic_l1.attach import SUFFIX
from srbench_probabilistic_l1.recipes import NETWORKS, REAL_NETWORKS
from srbench_probabilistic_l1.tables import TABLES

from srbench.bench.resolve.costs import model_of
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.published import published_table

PRINTED = {"1": 15, "2": 10, "3": 204, "4": 96, "5": 34, "6": 240, "7": 96}
METHODS = {spec.name: spec for module in (srbench_classics, plugin) for spec in module.srbench_methods()}
MODELS = {spec.name: spec for module in (srbench_classics, plugin) for spec in module.srbench_models()}
RECIPES = {recipe.name: recipe for recipe in plugin.srbench_recipes()}
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: f"table {table.id}")


def papers_rows(table):
    return [row for row in table.rows if not row.reduced and not row.reference]


@each_table
def test_every_row_of_the_paper_has_printed_values(table):
    values = published_table(table.published, table.id).values
    assert len(values) == PRINTED[table.id]
    assert {row.label for row in papers_rows(table)} == {label for label, _ in values}


def test_695_values_as_the_company_has_them(shared):
    own = list(csv.DictReader(files("srbench_probabilistic_l1").joinpath("published.csv").read_text().splitlines()))
    with (shared / "published" / "published.csv").open(newline="", encoding="utf-8") as file:
        theirs = [row for row in csv.DictReader(file) if row.pop("plugin") == "probabilistic-l1"]
    assert own == theirs
    assert sum(PRINTED.values()) == sum(bool(row["value"]) for row in own) == 695


@pytest.mark.parametrize("name", [spec.name for spec in plugin.srbench_methods() if spec.recipe])
def test_what_is_trained_with_a_branch_has_a_sigma(name):
    spec = METHODS[name]
    assert spec.sigma == ("branch" if SUFFIX in spec.training_model else "constant")  # a teacher predicts none
    if spec.training_model:
        assert MODELS[spec.training_model].kwargs["build"].build == MODELS[spec.model].build


def test_realsr_has_a_training_for_each_focal_length():
    spec = METHODS["realsr-rcan+ours"]
    for scale in (2.0, 3.0, 4.0):
        recipe = RECIPES[spec.recipe_for(scale)]
        assert (recipe.data, recipe.scales) == ((f"RealSR/train/X{scale:g}",), (1.0,))
        budget = recipe.phases[-1].budget
        assert (budget.patch, budget.learning_rate, budget.schedule.kind) == (192, 1e-4, "constant")
    assert not spec.recipe_for(8.0)


def test_the_papers_budget_is_as_section_4_2_says():
    for recipe in RECIPES.values():
        if recipe.data == ("DIV2K-train",):
            (*_, phase) = recipe.phases
            budget = phase.budget
            assert (budget.steps, budget.batch, budget.patch, budget.learning_rate) == (10**6, 16, 48, 1e-4)
            assert (budget.schedule.kind, budget.schedule.every * budget.steps, budget.schedule.gamma) == (
                "step",
                2e5,
                0.5,
            )
            assert (phase.optimizer.betas, phase.optimizer.eps) == ((0.9, 0.999), 1e-8)


@each_table
def test_ours_costs_what_the_network_without_it_costs(table):
    """The branch is dropped: what is counted in a row X+Ours is what is counted in the row X."""
    resolver = Resolver(load_catalog(), ())
    rows = {row.label: row for row in table.rows}
    pairs = [
        (rows[label.removesuffix("+Ours")], row)
        for label, row in rows.items()
        if label.endswith("+Ours") and label.removesuffix("+Ours") in rows
    ]
    for without, ours in pairs:
        assert model_of(resolver, ours) == model_of(resolver, without)
        assert "sigma" not in model_of(resolver, ours).name
    assert bool(pairs) == (table.id in {"3", "5", "6", "7"})


@pytest.mark.parametrize("model", [*NETWORKS.values(), *REAL_NETWORKS, "srresnet", "rdn", "san", "han", "nlsa"])
def test_every_network_of_the_tables_takes_the_branch(model):
    assert MODELS[f"{model}{SUFFIX}"].kwargs["build"].build == MODELS[model].build
