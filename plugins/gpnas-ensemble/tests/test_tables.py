"""Tables 1 and 2: 130 printed values with their ranks, the rows of teams, and the members of ensembles."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from statistics import fmean

import pytest
import srbench_classics
import srbench_gpnas_ensemble as plugin
from srbench_gpnas_ensemble.datasets import AIM
from srbench_gpnas_ensemble.methods import BAIDU, ENSEMBLES, THREE, method_name
from srbench_gpnas_ensemble.models import REDUCED, SCALES
from srbench_gpnas_ensemble.shipped import METHODS as SHIPPED
from srbench_gpnas_ensemble.tables import GROUPS, OURS, TABLE_1, TABLE_1_REAL, TABLE_2, TABLES, TEAMS

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.published import published_table
from srbench.render.latex import to_latex
from srbench.render.markdown import to_markdown
from srbench.render.terminal.result import to_text

METHODS = {spec.name: spec for module in (srbench_classics, plugin) for spec in module.srbench_methods()}
MODELS = {spec.name: spec for spec in plugin.srbench_models()}
RECIPES = {recipe.name: recipe for recipe in plugin.srbench_recipes()}
PRINTED = {"1": (42, 36), "2": (88, 88)}
"""Values, and how many of them have a rank."""
DOUBTFUL = {("RCAN", "ssim", 4.0), ("DRN*+RCAN*", "ssim", 3.0)}
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: f"table {table.id}")
papers = pytest.mark.parametrize("table", [TABLE_1, TABLE_2], ids=lambda table: f"table {table.id}")


def result(table):
    catalog = load_catalog()
    own = catalog.plugin("gpnas-ensemble")
    plan = make_plan(catalog, own, table, Selection(), Options(profile="paper"), (), None, hash_files=False)
    return gather(plan, {})


@papers
def test_every_row_of_the_paper_has_printed_values(table):
    values = published_table(table.published, table.id).values
    assert (len(values), sum(bool(value.rank) for value in values.values())) == PRINTED[table.id]
    assert {label for label, _ in values} == {row.label for row in table.rows if not row.reduced and not row.reference}


def test_130_values_as_the_company_has_them(shared):
    own = list(csv.DictReader(files("srbench_gpnas_ensemble").joinpath("published.csv").read_text().splitlines()))
    with (shared / "published" / "published.csv").open(newline="", encoding="utf-8") as file:
        theirs = [row for row in csv.DictReader(file) if row.pop("plugin") == "gpnas-ensemble"]
    assert own == theirs
    assert len(own) == 130


@papers
@pytest.mark.parametrize("render", [to_markdown, to_text, to_latex])
def test_130_values_are_printed_with_their_ranks(table, render):
    raised = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    text = render(result(table)).replace(r"\textsuperscript", "")
    for value in published_table(table.published, table.id).values.values():
        rank = "".join(f"{{{digit}}}" for digit in value.rank) if render is to_latex else value.rank.translate(raised)
        assert re.search(rf"(?<![\d.]){re.escape(value.text + rank)}(?![\d⁰¹²³⁴⁵⁶⁷⁸⁹]|{{\d)", text), value


@papers
def test_printed_ranks_follow_from_the_values_but_for_the_doubtful_ones(table):
    printed = published_table(table.published, table.id)
    wrong = set()
    for column in table.columns:
        for group in {row.group for row in table.rows}:
            labels = [row.label for row in table.rows if row.group == group]
            found = {label: value for label in labels if (value := printed.get(label, column)) and value.rank}
            for label, value in found.items():
                better = sum(other.value > value.value for other in found.values())
                as_good = sum(other.value >= value.value for other in found.values())
                # equal numbers share a rank in Table 1, and have two in Table 2, by digits that aren't printed
                if not better < int(value.rank) <= as_good:
                    wrong.add((label, column.metric, column.scale))
    assert wrong == (DOUBTFUL if table is TABLE_1 else set())
    for label, _, scale in wrong:
        assert any(f"{label} x{scale:g}" in note for note in table.notes)


def test_rows_of_table_1():
    printed = [row for row in TABLE_1.rows if not row.reduced and not row.reference]
    assert [sum(row.group == group for row in printed) for group in GROUPS] == [3, 3, 1]
    for rows, kind in ((TABLE_1.rows, REDUCED), (TABLE_1_REAL.rows, f"{REDUCED}-real")):
        small = [row for row in rows if row.reduced]
        assert [row.reduced for row in small] == [row.label for row in printed]
        assert [row.method for row in small] == [row.method + kind for row in printed]


def test_table_2_has_22_teams_and_this_run():
    assert [row.label for row in TABLE_2.rows] == [OURS, *TEAMS, "This run"]
    assert len(TEAMS) + 1 == 22
    assert [row.reference for row in TABLE_2.rows] == [False] * 22 + [True]


def test_ensembles_are_made_of_methods_at_the_same_scales():
    for name, members in ENSEMBLES.items():
        assert len(set(members)) == len(members) >= 2, name
        assert len({MODELS[METHODS[member].model].equal_size for member in members}) == 1
        assert all(set(METHODS[member].recipe) == {2.0, 3.0, 4.0} for member in members)


def test_the_winner_is_the_mean_of_three_networks_and_at_x4_of_four():
    winners = {name: spec for name, spec in METHODS.items() if name.startswith(BAIDU) and spec not in SHIPPED}
    assert len(winners) == 4, "the paper's, reduced, for equal sizes, and both"
    for name, spec in winners.items():
        assert spec.ensemble == ("self", "patch")
        assert all(name in METHODS for name in spec.member_names)
        assert {scale: len(members) for scale, members in spec.members.items()} == {
            2.0: 3,
            3.0: 3,
            4.0: 4 if name == BAIDU else 3,
        }
    assert set(winners[BAIDU].members[2.0]) == set(map(method_name, THREE))


def test_a_method_has_a_recipe_for_each_scale():
    for spec in plugin.srbench_methods():
        if spec in SHIPPED:
            continue
        assert bool(spec.members) != bool(spec.recipe)
        for scale, name in dict(spec.recipe or {}).items():
            assert RECIPES[name].scales == ((1.0,) if MODELS[spec.model].equal_size else (scale,))


@pytest.mark.parametrize("table", [TABLE_1, TABLE_1_REAL], ids=lambda table: f"table {table.id}")
def test_claims_can_be_answered_by_reduced_rows(table):
    reduced = {row.reduced for row in table.rows}
    for claim in table.claims:
        assert {claim.better, claim.worse, *claim.better_over, *claim.worse_over} <= reduced
    columns = [column for column in table.columns if column.metric == "psnr"]
    of_paper = [claim for claim in table.claims if claim.asked_by == "paper"]
    denied = sum(column.scale == 4 for column in columns)
    assert (len(of_paper), len(table.claims)) == (14 * len(columns) - 2 * denied, 16 * len(columns))
    assert not any(claim.better_over for claim in of_paper)


def test_the_claims_hold_in_print_but_at_x4():
    """Every ensemble beats its members, all three networks every pair, and two architectures two sizes of one.

    At x4 the pair of two sizes is printed as the best, with DRN*+RCAN (30.48, and 30.47), against the text: its members
    are better, and its gain over them is less, as at all scales.
    """
    printed = published_table(TABLE_1.published, "1")

    def side(label, over, column):
        values = [printed.get(row, column).value for row in over]
        return printed.get(label, column).value - (fmean(values) if values else 0)

    on_paper = [claim for claim in TABLE_1.claims if claim.column.dataset == AIM]
    assert sum(bool(claim.better_over) for claim in on_paper) == 2 * len(SCALES)
    effects = {
        (claim.text, claim.column.scale): side(claim.better, claim.better_over, claim.column)
        - side(claim.worse, claim.worse_over, claim.column)
        for claim in on_paper
    }
    assert {place: effect for place, effect in effects.items() if effect <= 0} == {
        ("DRN*+RCAN* beats RCAN*+RCAN", 4.0): pytest.approx(-0.01),
        ("DRN*+RCAN beats RCAN*+RCAN", 4.0): 0,
    }
