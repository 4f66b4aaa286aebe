"""The claims of the five papers: none that its own print denies, or that it doesn't print, is called the paper's."""

from __future__ import annotations

from statistics import fmean

import pytest

from srbench.catalog import load_catalog
from srbench.published import published_table

CATALOG = load_catalog()
CLAIMS = [
    (plugin.name, table, claim)
    for plugin in CATALOG.plugins.values()
    for table in plugin.tables.values()
    for claim in table.claims
]
QUESTIONS = {
    # plugin, table: how many of its claims srbench asks, counted against the papers' texts
    ("esrgan-gan", "1"): 12,  # Sec. 5.2.1: "increasing the depth ... was not successful"
    ("esrgan-gan", "3"): 8,  # a GAN that isn't in the report
    ("gpnas-ensemble", "1"): 16,  # gains over the members; two pairs at x4, where Table 1 denies the text
    ("gpnas-ensemble", "1-real"): 8,
    ("ode-ivp", "2"): 4,  # x1.1 against Euler and Set5 against VDSR+t, which the paper doesn't print
    ("pcarn", "2"): 1,  # MSD against GAN in PSNR, of which the text says nothing
    ("probabilistic-l1", "7"): 2,  # PLL at x4 on Set5 and Set14
}


def in_print(table, claim):
    """The printed advantage of the row claimed to be better; None where a number is not printed."""
    values = published_table(table.published, table.id)

    def side(label, over):
        numbers = [values.get(name, claim.column) for name in (label, *over)]
        if not all(numbers):
            return None
        first, *others = (number.value for number in numbers)
        return first - (fmean(others) if others else 0)

    better, worse = side(claim.better, claim.better_over), side(claim.worse, claim.worse_over)
    if better is None or worse is None:
        return None
    sign = 1 if CATALOG.metrics.get(claim.column.metric).better == "higher" else -1
    return sign * (better - worse)


def test_print_never_denies_a_claim_of_the_paper():
    printed = [(claim, in_print(table, claim)) for _, table, claim in CLAIMS if claim.asked_by == "paper"]
    decided = [advantage for _, advantage in printed if advantage is not None]
    assert len(decided) >= 50
    assert [claim for claim, advantage in printed if advantage is not None and advantage <= 0] == []


@pytest.mark.parametrize(("plugin", "number"), sorted({(plugin, table.id) for plugin, table, _ in CLAIMS}))
def test_the_questions_are_those_that_the_papers_do_not_answer(plugin, number):
    of_table = [claim for name, table, claim in CLAIMS if (name, table.id) == (plugin, number)]
    asked = [claim for claim in of_table if claim.asked_by == "srbench"]
    assert len(asked) == QUESTIONS.get((plugin, number), 0)


def test_a_row_that_is_not_in_the_paper_makes_no_claim_of_it():
    """Unless another table of the paper prints it, as ode-ivp's VDSR+t."""
    for plugin, table, claim in CLAIMS:
        rows = {row.label: row for row in table.rows}
        named = [rows[label] for label in (claim.better, claim.worse) if label in rows]
        if claim.asked_by == "paper" and any(row.reference for row in named):
            labels = {row.label for other in CATALOG.plugin(plugin).tables.values() for row in other.rows}
            assert {row.label for row in named} <= labels
            assert plugin == "ode-ivp"
