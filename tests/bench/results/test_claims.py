"""What a paper claims of two rows, against the test over seeds and images, and by hand."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest
from scipy.stats import ttest_rel

from srbench.bench.power.prospects import prospects
from srbench.bench.results.claims import answer_claims, claims_that_do_not_fit, claims_with_losses
from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.render.answer import claims
from srbench.render.markdown import to_markdown
from srbench.render.terminal.result import to_text
from srbench.specs.metric import MetricSpec
from srbench.specs.table import Claim, Column, Row, Table
from srbench.stats.crossed import crossed

PSNR = Column("psnr", "Set14", 2.0)
METRIC = MetricSpec("psnr", "m:f", "higher", title="PSNR", decimals=2)
LPIPS = MetricSpec("lpips", "m:f", "lower", title="LPIPS", decimals=3)
BASE = [30.0 + number for number in range(14)]


def entry(label, seeds, *, reduced="", metric=METRIC, trained=True):
    """A measured row; `seeds` holds the values of all images for each seed."""
    images = {f"image{number}": fmean(values) for number, values in enumerate(zip(*seeds, strict=True))}
    by_seed = tuple(fmean(values) for values in seeds)
    return TableEntry(
        Row(label, reduced=reduced),
        PSNR,
        metric,
        None,
        Verdict.UNPUBLISHED,
        measured=fmean(by_seed),
        by_seed=by_seed,
        images=images,
        images_by_seed=tuple(map(tuple, seeds)),
        trained=trained,
    )


def result(*entries):
    table = Table("1", "", tuple(entry.row for entry in entries), (PSNR,), claims=(Claim("A beats B", "A", "B", PSNR),))
    return Result("p", table, "standard", "", "quick", demo=False, entries=entries)


def shifted(*by):
    """All images of BASE, better by `by`, which alternates."""
    return [value + by[number % len(by)] for number, value in enumerate(BASE)]


@pytest.mark.parametrize(
    ("ours", "holds"),
    [
        ([shifted(0.1, 0.2), shifted(0.09, 0.19), shifted(0.11, 0.2)], "yes"),
        ([shifted(-0.1, -0.2), shifted(-0.09, -0.19), shifted(-0.11, -0.2)], "no"),
        ([shifted(0.1, -0.1)] * 3, "undecided"),  # the images disagree
        ([shifted(0.5, 0.6), shifted(0.4, 0.4), shifted(-0.1, -0.1)], "undecided"),  # the seeds disagree
        ([shifted(0.5, 0.6), shifted(0.05, 0.06), shifted(0.01, 0.01)], "undecided"),  # one way, but as by chance
        ([shifted(0.1, 0.2), shifted(0.1, 0.21)], "undecided"),  # two seeds are too few
    ],
)
def test_images_and_seeds_must_decide(ours, holds):
    base = [BASE] * len(ours)
    (answer,) = answer_claims(result(entry("A", ours), entry("B", base)))
    assert answer.holds == holds
    assert answer.test == crossed(np.subtract(ours, base))
    assert (answer.test.seeds, answer.test.images) == (len(ours), len(BASE))
    assert answer.by_seed == pytest.approx([fmean(values) - fmean(BASE) for values in ours])


def test_what_nobody_trained_here_needs_no_seeds():
    released = (entry("A", [shifted(0.1, 0.2)], trained=False), entry("B", [BASE], trained=False))
    assert [claim.holds for claim in answer_claims(result(*released))] == ["yes"]
    assert "seeds" not in claims(prospects(result(*released)))[0]
    (answer,) = answer_claims(result(*released))
    assert answer.test.p == pytest.approx(ttest_rel(shifted(0.1, 0.2), BASE).pvalue)


def test_one_row_that_was_trained_here_needs_seeds():
    """The other, of its authors' weights, has the same values for all seeds."""
    ours = [shifted(0.1, 0.2), shifted(0.09, 0.19), shifted(0.11, 0.2)]
    authors = entry("B", [BASE], trained=False)
    (alone,) = answer_claims(result(entry("A", ours[:1]), authors))
    assert (alone.trained, alone.tested, alone.holds) == (True, False, "undecided")
    (answer,) = answer_claims(result(entry("A", ours), authors))
    assert (answer.holds, answer.test) == ("yes", crossed(np.subtract(ours, [BASE] * 3)))


def test_p_values_of_a_table_are_corrected_together():
    """Holm's, as statsmodels 0.14's `multipletests` has it; questions of srbench are a family of their own."""
    rows = [
        entry(name, [shifted(by, -by / 3)], trained=False) for name, by in zip("ACDE", (0.1, 0.3, 0.5, 2), strict=True)
    ]
    base = entry("B", [[value + 0.02 * number for number, value in enumerate(BASE)]], trained=False)
    asked = {"A": "paper", "C": "paper", "D": "paper", "E": "srbench"}
    table = Table(
        "1",
        "",
        tuple(row.row for row in (*rows, base)),
        (PSNR,),
        claims=tuple(Claim(name, name, "B", PSNR, asked_by=whose) for name, whose in asked.items()),
    )
    answers = answer_claims(Result("p", table, "standard", "", "quick", demo=False, entries=(*rows, base)))
    *family, question = answers
    smallest, middle, largest = sorted(family, key=lambda answer: answer.test.p)
    assert smallest.p_holm == pytest.approx(min(1, 3 * smallest.test.p))
    assert middle.p_holm == pytest.approx(min(1, max(smallest.p_holm, 2 * middle.test.p)))
    assert largest.p_holm == pytest.approx(min(1, max(middle.p_holm, largest.test.p)))
    assert question.p_holm == question.test.p


@pytest.mark.parametrize("damage", ["no record", "no seed", "no image"])
def test_a_lost_value_makes_no_other_claim_easier(damage):
    """Three claims against B: whatever A lost, C's p value is corrected for three."""
    rows = {name: entry(name, [shifted(by, -by / 2)] * 3) for name, by in zip("ACD", (0.3, 0.3, 0.5), strict=True)}
    rows["B"] = entry("B", [BASE] * 3)
    table = Table(
        "1",
        "",
        tuple(row.row for row in rows.values()),
        (PSNR,),
        claims=tuple(Claim(name, name, "B", PSNR) for name in "ACD"),
    )

    def answers():
        entries = tuple(rows.values())
        found = answer_claims(Result("p", table, "standard", "", "quick", demo=False, entries=entries))
        return {answer.claim.better: answer.p_holm for answer in found}

    whole = answers()
    assert whole["C"] < 1
    if damage == "no record":
        del rows["A"]
    elif damage == "no seed":
        rows["A"] = entry("A", [shifted(0.3, -0.1)] * 2)
    else:
        images = dict(list(rows["A"].images.items())[1:])
        rows["A"] = replace(rows["A"], images=images, images_by_seed=tuple(s[1:] for s in rows["A"].images_by_seed))
    assert {name: whole[name] for name in "CD"} == answers()


@pytest.mark.parametrize("reduced", [False, True])
def test_a_claim_counts_though_all_its_records_are_lost(reduced):
    """A claim about rows that were printed once, as the paper's rows or as reduced ones: it isn't as if never asked."""
    found, base = entry("C", [shifted(0.5, -0.2)] * 3), entry("D", [BASE] * 3)
    names = {"A": "A small", "B": "B small"} if reduced else {"A": "", "B": ""}
    gone = tuple(
        replace(entry(small or name, [BASE] * 3, reduced=name if small else ""), measured=None, images={}, by_seed=())
        for name, small in names.items()
    )
    rows = (found, base, *gone)
    claims = (Claim("C beats D", "C", "D", PSNR), Claim("A beats B", "A", "B", PSNR))
    table = Table("1", "", tuple(row.row for row in rows), (PSNR,), claims=claims)
    never = Result("p", table, "standard", "", "quick", demo=False, entries=rows)
    lost = replace(never, lost=frozenset((row.row.label, PSNR) for row in gone))
    (alone,), (corrected,) = answer_claims(never), answer_claims(lost)
    assert alone.p_holm == alone.test.p
    assert corrected.p_holm == pytest.approx(min(1, 2 * alone.test.p))
    assert (alone.family, corrected.family) == (1, 2)
    assert claims_with_losses(never) == []
    assert claims_with_losses(lost) == claims_with_losses(never, [lost]) == [claims[1]]
    assert answer_claims(never, [lost])[0].p_holm == corrected.p_holm


def test_a_claim_counts_that_falls_back_to_a_run_with_too_few_seeds():
    """A lost record of the run with three seeds leaves A's claim untested from one: C's p value stays as it was."""
    rows = {name: entry(name, [shifted(by, -by / 2)] * 3) for name, by in (("A", 0.3), ("C", 0.5))}
    rows["B"] = entry("B", [BASE] * 3)
    claims = tuple(Claim(name, name, "B", PSNR) for name in "AC")
    table = Table("1", "", tuple(row.row for row in rows.values()), (PSNR,), claims=claims)
    whole = Result(
        "p", table, "standard", "", "quick", demo=False, entries=tuple(rows.values()), options="quick-3seeds"
    )
    single = tuple(entry(name, [shifted(0.3, -0.1) if name == "A" else BASE]) for name in "AB")
    once = replace(whole, entries=single, options="quick")
    damaged = replace(
        whole,
        entries=(replace(rows["A"], measured=None, images={}), rows["C"], rows["B"]),
        lost=frozenset({("A", PSNR)}),
    )
    expected = {answer.claim.better: answer for answer in answer_claims(once, [whole])}
    found = {answer.claim.better: answer for answer in answer_claims(once, [damaged])}
    assert (expected["A"].tested, found["A"].tested, found["A"].options) == (True, False, "quick")
    assert found["C"].p_holm == pytest.approx(expected["C"].p_holm)
    assert found["C"].family == expected["C"].family == 2
    assert claims_with_losses(once, [damaged]) == [claims[0]]


def test_claims_whose_rows_do_not_fit_are_found():
    images = replace(entry("A", [BASE] * 3), images={f"other{number}": 1.0 for number in range(len(BASE))})
    for ours in (images, entry("A", [BASE] * 2)):
        found = result(ours, entry("B", [BASE] * 3))
        assert claims_that_do_not_fit(found) == list(found.table.claims)
        assert answer_claims(found) == []
    assert claims_that_do_not_fit(result(entry("A", [BASE] * 3), entry("B", [BASE] * 3))) == []
    assert claims_that_do_not_fit(result(entry("B", [BASE] * 3))) == []


def test_the_corrected_p_value_decides():
    """0.02 alone is an answer; among three claims of which it is the least, it is none."""
    values = [[value + by for value, by in zip(BASE, np.linspace(-0.1, 0.15, 14), strict=True)] for _ in range(3)]
    values = [[value + shift for value in row] for row, shift in zip(values, (0.025, 0.035, 0.03), strict=True)]
    (answer,) = answer_claims(result(entry("A", values), entry("B", [BASE] * 3)))
    assert 0.05 / 3 < answer.test.p < 0.05
    assert answer.holds == "yes"
    assert replace(answer, p_holm=3 * answer.test.p).holds == "undecided"


@pytest.mark.slow
def test_equally_good_trainings_are_rarely_told_apart():
    """Noise common to all images of a training, which the test over images takes for certain: 5 % may slip through."""
    chance = np.random.default_rng(0)

    def trained():
        return [[value + offset + chance.normal(0, 0.01) for value in BASE] for offset in chance.normal(0, 0.02, 3)]

    found = [answer_claims(result(entry("A", trained()), entry("B", trained())))[0].holds for _ in range(200)]
    assert found.count("undecided") > 180


def test_a_claim_is_answered_from_the_run_with_the_most_seeds():
    """Not the one with the answer: the first print has a larger effect, and equally many seeds change nothing."""

    def printed(by, seeds, options):
        ours = [shifted(by, by + 0.01 * seed) for seed in range(seeds)]
        whole = result(entry("A", ours), entry("B", [BASE] * seeds))
        return replace(whole, options=options)

    first, more, as_many = printed(0.5, 3, "quick"), printed(0.001, 4, "quick-4seeds"), printed(-0.5, 3, "x")
    assert [(found.options, found.test.seeds) for found in answer_claims(first, [as_many])] == [("quick", 3)]
    for prints in ([more, as_many], [as_many, more]):
        (found,) = answer_claims(first, prints)
        assert (found.options, found.test.seeds) == ("quick-4seeds", 4)
        assert found.test == answer_claims(more)[0].test


def test_claims_of_several_prints_are_corrected_together():
    """One claim has three seeds in its own print, the other in the second: both p values are doubled at least."""
    other = entry("C", [BASE, BASE, BASE])
    both = Claim("A beats B", "A", "B", PSNR), Claim("A beats C", "A", "C", PSNR)
    table = Table("1", "", (Row("A"), Row("B"), other.row), (PSNR,), claims=both)
    ours = [shifted(0.01, -0.02), shifted(0.02, -0.01), shifted(0.0, -0.02)]
    base = Result("p", table, "standard", "", "quick", demo=False, entries=())
    first = replace(base, entries=(entry("A", ours), entry("B", [BASE] * 3), entry("C", [BASE])))
    second = replace(base, entries=(entry("A", ours), other), options="quick-3seeds")
    answers = answer_claims(first, [second])
    assert [found.options for found in answers] == ["", "quick-3seeds"]
    assert all(found.p_holm == pytest.approx(min(1, 2 * found.test.p)) for found in answers)


def test_rows_of_the_paper_count_before_reduced_rows_of_more_seeds():
    whole = result(entry("A", [shifted(0.1, 0.2)], trained=False), entry("B", [BASE], trained=False))
    small = entry("a", [shifted(-0.1)] * 3, reduced="A"), entry("b", [BASE] * 3, reduced="B")
    (found,) = answer_claims(whole, [replace(whole, entries=small, options="quick-3seeds")])
    assert (found.reduced, found.options) == (False, "")


def test_lower_is_better_for_lpips():
    lower = [shifted(-0.1, -0.2), shifted(-0.1, -0.21), shifted(-0.11, -0.2)]
    (answer,) = answer_claims(result(entry("A", lower, metric=LPIPS), entry("B", [BASE] * 3, metric=LPIPS)))
    assert answer.holds == "yes"


def gain(*entries):
    claim = Claim("AB gains more than CD", "AB", "CD", PSNR, ("A", "B"), ("C", "D"))
    table = Table("1", "", tuple(entry.row for entry in entries), (PSNR,), claims=(claim,))
    return answer_claims(Result("p", table, "standard", "", "quick", demo=False, entries=entries))


def test_gains_over_the_mean_of_other_rows_are_compared():
    """AB is worse than CD on all images, but gains 0.3 over its members where CD gains 0.1."""
    low, high = [shifted(-1.0, -1.1), shifted(-1.1, -1.0), shifted(-1.0, -1.05)], [BASE] * 3

    def plus(rows, by):
        return [[value + by + 0.01 * (image % 3) for image, value in enumerate(values)] for values in rows]

    rows = (entry("A", plus(low, 0.1)), entry("B", plus(low, -0.1)), entry("C", high), entry("D", plus(high, 0.2)))
    ensembles = entry("AB", plus(low, 0.3)), entry("CD", plus(high, 0.2))
    (answer,) = gain(*rows, *ensembles)
    values = {row.row.label: row for row in (*rows, *ensembles)}

    def over(label, *members):
        by_image = zip(*(values[member].images.values() for member in members), strict=True)
        return [value - fmean(of) for value, of in zip(values[label].images.values(), by_image, strict=True)]

    ours, others = over("AB", "A", "B"), over("CD", "C", "D")
    assert answer.test.difference == pytest.approx(fmean(ours) - fmean(others)) == pytest.approx(0.2, abs=0.02)
    assert answer.by_seed == pytest.approx([fmean(ours) - fmean(others)] * 3, abs=0.001)
    assert answer.holds == "yes"


@pytest.mark.parametrize("lacking", ["A", "D", "CD"])
def test_no_answer_about_gains_where_a_member_is_not_measured(lacking):
    rows = [entry(label, [shifted(0.1, 0.2)]) for label in ("AB", "A", "B", "CD", "C", "D") if label != lacking]
    assert gain(*rows) == []


def test_reduced_rows_stand_in_for_rows_that_are_not_measured():
    better, worse = [shifted(0.1, 0.2), shifted(0.1, 0.21), shifted(0.11, 0.2)], [shifted(-0.1, -0.2)]
    small = (entry("A, small", better, reduced="A"), entry("B, small", [BASE] * 3, reduced="B"))
    (answer,) = answer_claims(result(entry("A", worse), *small))
    assert (answer.reduced, answer.holds) == (True, "yes")
    whole = result(entry("A", worse, trained=False), entry("B", [BASE], trained=False), *small)
    assert [(claim.reduced, claim.holds) for claim in answer_claims(whole)] == [(False, "no")]


@pytest.mark.parametrize("other", [(), (entry("B", [BASE, BASE]),)])
def test_no_answer_without_both_rows_at_as_many_seeds(other):
    assert answer_claims(result(entry("A", [shifted(0.1)]), *other)) == []


def test_no_answer_on_different_images():
    other = entry("B", [BASE[:-1]])
    assert answer_claims(result(entry("A", [shifted(0.1)]), other)) == []


def test_the_line_below_the_table_says_it_all():
    ours = [shifted(0.1, 0.2), shifted(0.1, 0.22), shifted(0.12, 0.2)]
    found = result(entry("A, small", ours, reduced="A"), entry("B, small", [BASE] * 3, reduced="B"))
    (line,) = claims(prospects(found))
    assert line.startswith("A beats B: yes (reduced rows). PSNR Set14 x2: +0.157 [+0.1")
    assert line.endswith("]; p < 0.001; 3 seeds (+0.150, +0.160, +0.160), 14 images")
    alone = result(entry("A", [shifted(0.1, 0.2)]), entry("B", [BASE]))
    assert claims(prospects(alone))[0].endswith("; 1 of the 3 seeds that decide, 14 images")


def test_questions_of_srbench_are_not_among_the_papers_claims():
    rows = (entry("A", [shifted(0.1)], trained=False), entry("B", [BASE], trained=False))
    asked = (Claim("A beats B", "A", "B", PSNR), Claim("B beats A", "B", "A", PSNR, asked_by="srbench"))
    table = Table("1", "", tuple(row.row for row in rows), (PSNR,), claims=asked)
    found = Result("p", table, "standard", "", "quick", demo=False, entries=rows)
    assert [line.partition(":")[0] for line in claims(prospects(found))] == ["A beats B"]
    assert [line.partition(":")[0] for line in claims(prospects(found), "srbench")] == ["B beats A"]
    of_paper, questions = (to_markdown(found).index(text) for text in ("## Claims of the paper", "## Questions of srb"))
    assert of_paper < to_markdown(found).index("| A beats B | PSNR ↑   | **yes**<br>") < questions
    assert questions < to_markdown(found).index("| B beats A | PSNR ↑   | **no**<br>")
    lines = to_text(found).splitlines()
    assert lines[lines.index("Claims of the paper:") + 1].startswith("- A beats B: yes")
    assert lines[lines.index("Questions of srbench:") + 1].startswith("- B beats A: no")


def test_without_questions_there_is_no_heading():
    found = result(entry("A", [shifted(0.1)], trained=False), entry("B", [BASE], trained=False))
    assert "Claims of the paper" in to_markdown(found)
    assert "Questions of srbench" not in to_markdown(found) + to_text(found)


def test_no_answer_under_different_protocols():
    ours, base = entry("A", [shifted(0.1, 0.2)] * 3), entry("B", [BASE] * 3)
    assert len(answer_claims(result(ours, base))) == 1
    assert answer_claims(result(ours, replace(base, protocol="matlab"))) == []


def test_an_answer_is_firm_where_the_seeds_alone_decide_it_too():
    ours = [shifted(0.1, 0.2), shifted(0.09, 0.19), shifted(0.11, 0.2)]
    (answer,) = answer_claims(result(entry("A", ours), entry("B", [BASE] * 3)))
    assert answer.firm
    assert answer.p_fewest == answer.test.p_fewest < 0.05
    assert not replace(answer, p_fewest=0.06).firm
    assert not replace(answer, p_holm=0.06).firm


def test_careful_p_is_corrected_with_the_others():
    rows = [
        entry(name, [shifted(by, by + 0.01), shifted(by + 0.02, by), shifted(by, by)])
        for name, by in zip("ACD", (0.1, 0.3, 0.5), strict=True)
    ]
    base = entry("B", [BASE] * 3)
    claims = tuple(Claim(name, name, "B", PSNR) for name in "ACD")
    table = Table("1", "", tuple(each.row for each in (*rows, base)), (PSNR,), claims=claims)
    found = answer_claims(Result("p", table, "standard", "", "quick", demo=False, entries=(*rows, base)))
    least = min(found, key=lambda answer: answer.test.p_fewest)
    assert least.p_fewest == pytest.approx(3 * least.test.p_fewest)
    assert least.p_fewest != least.p_holm
