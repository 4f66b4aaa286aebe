"""Tables 1 and 2: 228 printed values, and what Sections 4.1 and 4.2 say of scales, budgets and rivals."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
import srbench_classics
import srbench_ode_ivp as plugin
from srbench_ode_ivp.protocol import ODE_IVP
from srbench_ode_ivp.recipes import PHASE, SCALES
from srbench_ode_ivp.tables import TABLE_1, TABLE_2, TABLE_GRADUAL, TABLES

from srbench.published import published_table

PRINTED = {"1": 216, "2": 12, "gradual": 0}
"""Printed values by table. Sec. 4.2 claims an order, of which the paper's text has no numbers."""
METHODS = {spec.name: spec for module in (srbench_classics, plugin) for spec in module.srbench_methods()}
RECIPES = {recipe.name: recipe for recipe in plugin.srbench_recipes()}
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: f"table {table.id}")


def papers_rows(table):
    return [row for row in table.rows if not row.reduced and not row.reference]


@each_table
def test_every_row_of_the_paper_has_printed_values(table):
    values = published_table(table.published, table.id).values
    places = [
        (row.label, column)
        for row in papers_rows(table)
        for column in table.columns
        if not row.scales or column.scale in row.scales
    ]
    assert len(values) == PRINTED[table.id]
    if PRINTED[table.id]:
        assert {row.label for row in papers_rows(table)} == {label for label, _ in values}
    if table is TABLE_1:
        assert len(values) == len(places), "and every place but the paper's 54 dashes has a value"


def test_228_values_as_the_company_has_them(shared):
    own = list(csv.DictReader(files("srbench_ode_ivp").joinpath("published.csv").read_text().splitlines()))
    with (shared / "published" / "published.csv").open(newline="", encoding="utf-8") as file:
        theirs = [row for row in csv.DictReader(file) if row.pop("plugin") == "ode-ivp"]
    assert own == theirs
    assert sum(PRINTED.values()) == len(own) == 228


def test_scales_are_those_of_section_4_1():
    assert [f"{scale:g}" for scale in SCALES] == [f"{tenths / 10:g}" for tenths in range(11, 41)]
    assert [column.scale for column in TABLE_1.columns] == list(SCALES)
    assert {(column.metric, column.dataset) for column in TABLE_1.columns} == {("psnr", "B100")}
    measured_on = {column.dataset for column in TABLE_2.columns if column.metric == "psnr"}
    assert measured_on == {"B100", "Set5"}


@each_table
def test_every_table_is_measured_by_the_papers_protocol(table):
    assert table.protocol == ODE_IVP.name


@each_table
def test_reduced_rows_have_the_papers_methods_reduced(table):
    for row in table.rows:
        if row.reduced:
            assert row.method == next(line.method for line in table.rows if line.label == row.reduced) + "-reduced"


@each_table
def test_claims_are_about_these_scales_and_reduced_rows_can_answer_them(table):
    scales = {(claim.column.dataset, claim.column.scale) for claim in table.claims}
    smallest = () if table is TABLE_GRADUAL else (1.1,)
    assert scales >= {("B100", scale) for scale in (*smallest, 2.0, 3.0, 4.0)}
    for claim in table.claims:
        assert {claim.better, claim.worse} <= {row.reduced for row in table.rows}


def test_the_self_ensemble_is_of_what_rdn_ivp_has_trained():
    assert METHODS["rdn-ivp+"].ensemble == ("self",)
    assert METHODS["rdn-ivp+"].recipe == "rdn-ivp"


def test_each_gradual_rival_of_section_4_2_is_claimed_to_be_beaten_wherever_it_works():
    (ours,) = {claim.better for claim in TABLE_GRADUAL.claims}
    assert ours == "RDN (ours)"
    beaten = {(claim.worse, claim.column.scale) for claim in TABLE_GRADUAL.claims if claim.column.dataset == "B100"}
    whole = {(rival, scale) for rival in ("DRCN", "DRRN", "D-DBPN", "SRFBN") for scale in (2.0, 3.0, 4.0)}
    assert beaten == whole | {("LapSRN", 2.0), ("LapSRN", 4.0)}
    assert len(TABLE_GRADUAL.claims) == 3 * len(beaten)


def test_the_papers_budget_is_as_section_4_1_says():
    for recipe in RECIPES.values():
        (phase,) = recipe.phases
        budget = phase.budget
        assert (phase.name, [term.loss for term in phase.losses]) == (PHASE, ["l1"])
        assert (recipe.data, recipe.scales, recipe.online, recipe.augment) == (("DIV2K-train",), SCALES, True, True)
        assert (budget.steps, budget.learning_rate) == (600_000, 1e-4)
        assert (budget.schedule.kind, budget.schedule.gamma) == ("step", 0.5)
        assert budget.schedule.every * budget.steps == pytest.approx(100_000)
        assert (phase.optimizer.betas, phase.optimizer.eps) == ((0.9, 0.999), 1e-8)
        assert (budget.batch, budget.patch) == ((8, 130) if "rdn" in recipe.name else (16, 200))


def test_equal_budgets_at_every_profile():
    """What is compared with each other was trained alike."""
    for names in (["vdsr-ivp", "vdsr-ivp-euler", "vdsr-t"], ["rdn-ivp", "rdn-t", "meta-rdn"]):
        for suffix in ("", "-reduced") if "vdsr-t" in names else ("",):
            recipes = [RECIPES[name + suffix] for name in names]
            assert all(recipe.cuts == recipes[0].cuts for recipe in recipes)
            assert all(recipe.phases == recipes[0].phases for recipe in recipes)
