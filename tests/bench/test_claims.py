"""What a paper claims of two rows, against SciPy's signed-rank test and by hand."""

from __future__ import annotations

from statistics import fmean

import pytest
from scipy.stats import wilcoxon

from srbench.bench.claims import answers
from srbench.bench.result import Entry, Result
from srbench.bench.verdict import Verdict
from srbench.render.remarks import claims
from srbench.specs import Claim, Column, MetricSpec, Row, Table

PSNR = Column("psnr", "Set14", 2.0)
METRIC = MetricSpec("psnr", "m:f", "higher", title="PSNR", decimals=2)
LPIPS = MetricSpec("lpips", "m:f", "lower", title="LPIPS", decimals=3)
BASE = [30.0 + number for number in range(14)]


def entry(label, seeds, *, reduced="", metric=METRIC):
    """A measured row; `seeds` holds the values of all images for each seed."""
    images = {f"image{number}": fmean(values) for number, values in enumerate(zip(*seeds, strict=True))}
    by_seed = tuple(fmean(values) for values in seeds)
    return Entry(
        Row(label, reduced=reduced),
        PSNR,
        metric,
        None,
        Verdict.UNPUBLISHED,
        measured=fmean(by_seed),
        by_seed=by_seed,
        images=images,
    )


def result(*entries):
    table = Table("1", "", tuple(one.row for one in entries), (PSNR,), claims=(Claim("A beats B", "A", "B", PSNR),))
    return Result("p", table, "standard", "", "quick", demo=False, entries=entries)


def shifted(*by):
    """All images of BASE, better by `by`, which alternates."""
    return [value + by[number % len(by)] for number, value in enumerate(BASE)]


@pytest.mark.parametrize(
    ("ours", "holds"),
    [
        ([shifted(0.1, 0.2), shifted(0.05, 0.1)], "yes"),
        ([shifted(-0.1, -0.2), shifted(-0.05, -0.1)], "no"),
        ([shifted(0.1, -0.1), shifted(0.1, -0.1)], "undecided"),  # the images disagree
        ([shifted(0.5, 0.6), shifted(-0.1, -0.1)], "undecided"),  # the seeds disagree
    ],
)
def test_images_and_seeds_must_agree(ours, holds):
    (answer,) = answers(result(entry("A", ours), entry("B", [BASE, BASE])))
    assert answer.holds == holds
    means = [fmean(values) for values in zip(*ours, strict=True)]
    assert answer.test.p == pytest.approx(wilcoxon([a - b for a, b in zip(means, BASE, strict=True)]).pvalue)
    assert answer.test.n == len(BASE)
    assert answer.by_seed == pytest.approx([fmean(one) - fmean(BASE) for one in ours])


def test_lower_is_better_for_lpips():
    (answer,) = answers(result(entry("A", [shifted(-0.1, -0.2)], metric=LPIPS), entry("B", [BASE], metric=LPIPS)))
    assert answer.holds == "yes"


def test_reduced_rows_stand_in_for_rows_that_are_not_measured():
    small = (entry("A, small", [shifted(0.1, 0.2)], reduced="A"), entry("B, small", [BASE], reduced="B"))
    (answer,) = answers(result(entry("A", [shifted(-0.1, -0.2)]), *small))
    assert (answer.reduced, answer.holds) == (True, "yes")
    whole = result(entry("A", [shifted(-0.1, -0.2)]), entry("B", [BASE]), *small)
    assert [(one.reduced, one.holds) for one in answers(whole)] == [(False, "no")]


@pytest.mark.parametrize("other", [(), (entry("B", [BASE, BASE]),)])
def test_no_answer_without_both_rows_at_as_many_seeds(other):
    assert answers(result(entry("A", [shifted(0.1)]), *other)) == []


def test_the_line_below_the_table_says_it_all():
    found = result(
        entry("A, small", [shifted(0.1, 0.2), shifted(0.3, 0.2)], reduced="A"),
        entry("B, small", [BASE, BASE], reduced="B"),
    )
    (line,) = claims(found)
    assert line.startswith("A beats B: yes (reduced rows). PSNR Set14 ×2: +0.200 [+0.200, +0.200], p = 0.0")
    assert line.endswith("(paired, 14 images); by seed +0.150, +0.250")
