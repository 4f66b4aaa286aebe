"""The rank that a number measured here would have among printed ones."""

from __future__ import annotations

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.gather import gather
from srbench.bench.results.table_result import TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.catalog import load_catalog
from srbench.escape import latex as escape
from srbench.published import Published, published_table
from srbench.render.numbers import cell_text, published_text
from srbench.render.ranks import reference_rank, superscript
from srbench.specs.table import Column, Row


@pytest.fixture(scope="module")
def catalog():
    catalog = load_catalog()
    if "gpnas-ensemble" not in catalog.plugins:
        pytest.skip("needs a plugin whose paper prints ranks")
    return catalog


@pytest.fixture(scope="module")
def table_2(catalog):
    plugin = catalog.plugin("gpnas-ensemble")
    plan = make_plan(catalog, plugin, plugin.table("2"), Selection(), Options(), (), None, hash_files=False)
    return gather(plan, {})


def entry(catalog, column, measured, *, reference=True, group=""):
    row = Row("own", method="own", reference=reference, group=group)
    return TableEntry(row, column, catalog.metrics.get(column.metric), None, Verdict.UNPUBLISHED, measured=measured)


X4 = Column("psnr", "AIM2020", 4.0)


@pytest.mark.parametrize(
    ("measured", "rank"), [(40.0, "1"), (31.3960, "1"), (31.39, "2"), (31.0, "5"), (26.4, "20"), (20.0, "21")]
)
def test_the_rank_among_the_challenge_s_teams(catalog, table_2, measured, rank):
    assert reference_rank(table_2, entry(catalog, X4, measured)) == rank


def test_print_s_own_numbers_get_print_s_own_ranks(catalog, table_2):
    printed = published_table(table_2.table.published, "2").values
    for (_, column), value in printed.items():
        equal = sum(other.value == value.value for (_, where), other in printed.items() if where == column)
        # of equal numbers print has one before the other, by digits that it doesn't show
        assert 0 <= int(value.rank) - int(reference_rank(table_2, entry(catalog, column, value.value))) < equal


def test_no_rank_but_for_measured_reference_rows_where_ranks_are_printed(catalog, table_2):
    assert reference_rank(table_2, None) == ""
    assert reference_rank(table_2, entry(catalog, X4, None)) == ""
    assert reference_rank(table_2, entry(catalog, X4, 31.0, reference=False)) == ""
    assert reference_rank(table_2, entry(catalog, X4, 31.0, group="another")) == ""
    assert reference_rank(table_2, entry(catalog, Column("psnr", "Set5", 4.0), 31.0)) == ""


def test_written_as_a_superscript(catalog):
    value = Published("31.64", 31.64, rank="13")
    printed = TableEntry(Row("qwq"), X4, catalog.metrics.get("psnr"), value, Verdict.UNMEASURED)
    assert published_text(printed) == "31.64¹³"
    assert cell_text(entry(catalog, X4, 31.0), "5").endswith("⁵")
    assert escape("31.64¹³") == r"31.64\textsuperscript{1}\textsuperscript{3}"
    assert superscript("") == ""
