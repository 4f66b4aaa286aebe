"""Effects in print, and the noise and seeds that claims are given."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

from srbench.bench.power.printed_effect import printed_effect
from srbench.bench.power.prospects import prospects
from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.specs.metric import MetricSpec
from srbench.specs.table import Claim, Column, Row, Table
from srbench.stats.crossed import crossed
from srbench.stats.power import detectable_effect, seeds_needed

PSNR = Column("psnr", "Set14", 2.0)
METRIC = MetricSpec("psnr", "m:f", "higher", title="PSNR", decimals=2)
LPIPS = MetricSpec("lpips", "m:f", "lower", title="LPIPS", decimals=3)


def entry(label, seeds, metric=METRIC):
    images = {str(image): fmean(values) for image, values in enumerate(zip(*seeds, strict=True))}
    return TableEntry(
        Row(label, method=label.lower()),
        PSNR,
        metric,
        None,
        Verdict.UNPUBLISHED,
        measured=fmean(images.values()),
        by_seed=tuple(fmean(values) for values in seeds),
        images=images,
        images_by_seed=tuple(map(tuple, seeds)),
        trained=True,
    )


def drawn(seeds, *, mean=30.0, of_seeds=0.05, start=0):
    chance = np.random.default_rng(start)
    noise = chance.normal(0, of_seeds, (seeds, 1)) + chance.normal(0, 0.02, (seeds, 14))
    return (mean + np.arange(14) / 100 + noise).tolist()


A_BEATS_B = (Claim("A beats B", "A", "B", PSNR),)


def result(entries, *, claims=A_BEATS_B, in_print=None, columns=(PSNR,)):
    table = Table("1", "", tuple(entry.row for entry in entries), columns, claims=claims)
    return Result("p", table, "standard", "", "quick", demo=False, entries=entries, in_print=in_print or {})


ROWS = entry("A", drawn(4, mean=30.1)), entry("B", drawn(4, start=1))


def test_seeds_are_those_that_the_noise_and_the_printed_effect_ask_for():
    (found,) = prospects(result(ROWS, in_print={("A", PSNR): 33.71, ("B", PSNR): 33.57}))
    noise = crossed(np.subtract(ROWS[0].images_by_seed, ROWS[1].images_by_seed)).noise
    assert (found.noise, found.borrowed, found.level) == (noise, False, 0.05)
    assert found.printed.difference == pytest.approx(0.14)
    assert found.seeds == seeds_needed(0.14, noise, 14)


def test_what_could_be_detected_does_not_depend_on_the_difference():
    """Another print, and a difference that came out larger, change neither the noise nor what it lets one find."""
    (found,) = prospects(result(ROWS))
    assert found.detectable == pytest.approx(detectable_effect(found.noise, 4, 14), rel=1e-9)
    better = entry("A", [[value + 1 for value in values] for values in ROWS[0].images_by_seed])
    (other,) = prospects(result((better, ROWS[1]), in_print={("A", PSNR): 33.71, ("B", PSNR): 33.57}))
    assert other.answer.test.difference > 5 * found.answer.test.difference
    assert other.detectable == pytest.approx(found.detectable, rel=1e-6)
    (few,) = prospects(result((entry("A", drawn(2, mean=30.1)), entry("B", drawn(2, start=1)))))
    assert few.detectable is None


def test_without_print_the_effect_is_the_measured():
    (found,) = prospects(result(ROWS))
    assert found.printed is None
    assert found.effect == found.answer.test.difference
    assert found.seeds == seeds_needed(found.effect, found.noise, 14)


def test_the_level_is_shared_among_the_claims_of_the_paper():
    both = (
        Claim("A beats B", "A", "B", PSNR),
        Claim("B beats A", "B", "A", PSNR),
        Claim("?", "A", "B", PSNR, asked_by="srbench"),
    )
    assert [prospect.level for prospect in prospects(result(ROWS, claims=both))] == [0.025, 0.025, 0.05]


def test_a_claim_with_a_single_seed_borrows_from_one_that_shares_a_method():
    """C has one seed; its images' variance is its own, that between seeds is A's and B's, of another table."""
    third = entry("C", drawn(1, start=2)), entry("A", drawn(1, mean=30.1))
    alone = result(third, claims=(Claim("A beats C", "A", "C", PSNR),))
    assert prospects(alone)[0].noise is None
    assert prospects(alone)[0].seeds is None
    other = result(ROWS)
    calm = entry("D", drawn(4, of_seeds=0.0, start=3)), entry("E", drawn(4, of_seeds=0.0, start=4))
    unrelated = result(calm, claims=(Claim("D beats E", "D", "E", PSNR),))
    (found,) = prospects(alone, [[unrelated], [other]])
    lender = prospects(other)[0].noise
    assert found.borrowed
    assert found.noise.seeds == lender.seeds
    expected = np.subtract(third[1].images_by_seed, third[0].images_by_seed).var(ddof=1)
    assert found.noise.images + found.noise.rest == pytest.approx(expected)


def test_another_metric_lends_nothing():
    alone = result((entry("A", drawn(1), LPIPS), entry("B", drawn(1, start=1), LPIPS)))
    assert prospects(alone, [[result(ROWS)]])[0].noise is None


@pytest.mark.parametrize(("printed", "below"), [(30.5, True), (30.1, False), (29.5, False)])
def test_an_interval_can_exclude_the_printed_effect(printed, below):
    """Ours is +0.1: below a printed +0.5. A print that denies the claim isn't excluded but contradicted."""
    (found,) = prospects(result(ROWS, in_print={("A", PSNR): printed, ("B", PSNR): 30.0}))
    assert found.below_print is below


def test_print_of_another_dataset_stands_in_and_is_named():
    other, third = Column("psnr", "B100", 2.0), Column("psnr", "Urban100", 2.0)
    in_print = {("A", other): 32.3, ("B", other): 32.1, ("A", third): 30.4, ("B", third): 30.0}
    found = printed_effect(
        result(ROWS, in_print=in_print, columns=(PSNR, other, third, Column("psnr", "B100", 4.0))),
        Claim("", "A", "B", PSNR),
        METRIC,
    )
    assert (found.difference, found.elsewhere) == (pytest.approx(0.3), "B100, Urban100")


def test_gain_is_positive_where_lower_is_better():
    lower = printed_effect(
        result(ROWS, in_print={("A", PSNR): 0.1, ("B", PSNR): 0.3}), Claim("", "A", "B", PSNR), LPIPS
    )
    assert (lower.difference, lower.gain) == (pytest.approx(-0.2), pytest.approx(0.2))


def test_a_gain_over_members_needs_them_in_print():
    claim = Claim("", "A", "B", PSNR, ("C",))
    values = {("A", PSNR): 30.5, ("B", PSNR): 30.1, ("C", PSNR): 30.2}
    assert printed_effect(result(ROWS, in_print=values), claim, METRIC).difference == pytest.approx(0.3 - 30.1)
    del values["C", PSNR]
    assert printed_effect(result(ROWS, in_print=values), claim, METRIC) is None


@pytest.mark.parametrize(("printed", "below"), [(29.5, True), (29.9, False), (30.5, False)])
def test_where_lower_is_better_the_interval_is_turned_round(printed, below):
    """Ours is lower by 0.1."""
    rows = entry("A", drawn(4), LPIPS), entry("B", drawn(4, mean=30.1, start=1), LPIPS)
    (found,) = prospects(result(rows, in_print={("A", PSNR): printed, ("B", PSNR): 30.0}))
    assert found.below_print is below


def test_an_untested_claim_excludes_no_print():
    rows = entry("A", drawn(2, mean=30.1)), entry("B", drawn(2, start=1))
    (found,) = prospects(result(rows, in_print={("A", PSNR): 99.0, ("B", PSNR): 30.0}))
    assert not found.answer.tested
    assert not found.below_print


def test_a_single_seed_divides_its_variance_as_the_lender_does():
    alone = result(
        (entry("C", drawn(1, start=2)), entry("A", drawn(1, mean=30.1))), claims=(Claim("", "A", "C", PSNR),)
    )
    (found,) = prospects(alone, [[result(ROWS)]])
    lender = prospects(result(ROWS))[0].noise
    assert found.noise.images / found.noise.rest == pytest.approx(lender.images / lender.rest)
    assert found.power == 0.0


def test_two_seeds_borrow_the_variance_between_seeds_only():
    two = entry("A", drawn(2, mean=30.1, start=5)), entry("C", drawn(2, start=6))
    alone = result(two, claims=(Claim("", "A", "C", PSNR),))
    noise = crossed(np.subtract(two[0].images_by_seed, two[1].images_by_seed)).noise
    (found,) = prospects(alone, [[result(ROWS)]])
    assert found.noise == replace(noise, seeds=found.noise.seeds)
    lenders = sorted([noise.seeds, prospects(result(ROWS))[0].noise.seeds])
    assert found.noise.seeds == lenders[0], "the lower median"
