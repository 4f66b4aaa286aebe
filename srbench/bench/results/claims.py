"""Tests of a paper's claims that one row is better than another, or gains more, on the values measured here."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from srbench.stats.crossed import crossed
from srbench.stats.levels import SIGNIFICANCE
from srbench.stats.paired import holm
from srbench.stats.power import FEWEST_SEEDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.specs.metric import MetricSpec
    from srbench.specs.table import Claim, Column
    from srbench.stats.crossed import CrossedTest

Holds = Literal["yes", "no", "undecided"]


@dataclass(frozen=True)
class ClaimAnswer:
    """Result of testing a claim: whether two networks differ, on other images and trained from other seeds too."""

    claim: Claim
    metric: MetricSpec
    test: CrossedTest
    """Test of the differences by seed and image: the row claimed to be better minus the other."""
    by_seed: tuple[float, ...]
    """Mean difference for each seed; a single value if nothing depends on a seed."""
    trained: bool
    """True if one of the rows was trained here, from these seeds."""
    reduced: bool
    """True if reduced rows replaced the rows of the paper."""
    p_holm: float = math.nan
    """P value of `test`, corrected for the tested claims of the table (Holm); NaN if too few seeds are there."""
    p_fewest: float = math.nan
    """`CrossedTest.p_fewest` of `test`, corrected like `p_holm`."""
    options: str = ""
    """Options of the run that printed the values (`Result.options`)."""
    family: int = 1
    """Number of the table's claims by the same asker of which at least a part is measured."""

    @property
    def tested(self) -> bool:
        """Whether the test can decide: rows trained here need 3 or more seeds."""
        return not math.isnan(self.test.p) and (not self.trained or len(self.by_seed) >= FEWEST_SEEDS)

    @property
    def gain(self) -> float:
        """Difference in favour of the claim: positive if the row claimed to be better is, whatever the metric."""
        return self.test.difference if self.metric.better == "higher" else -self.test.difference

    @property
    def holds(self) -> Holds:
        """Answer to the claim: yes or no if the corrected p value is below 0.05, else undecided."""
        if not self.tested or not self.p_holm < SIGNIFICANCE:
            return "undecided"
        return "yes" if self.gain > 0 else "no"

    @property
    def firm(self) -> bool:
        """Whether the answer, yes or no, also holds at `p_fewest`, with the degrees of freedom of the seeds alone."""
        return self.holds != "undecided" and self.p_fewest < SIGNIFICANCE


@dataclass(frozen=True)
class _Side:
    """One side of a claim: a row's values, or their gain over the mean of other rows."""

    metric: MetricSpec
    names: tuple[str, ...]
    """Names of the images."""
    seeds: tuple[tuple[float, ...], ...]
    """Values of the images, in the order of the names, for each seed."""
    trained: bool
    protocol: str

    def fits(self, other: _Side) -> bool:
        """Return whether both sides have the same protocol, the same images and the same seeds.

        A side that was not trained here has one line of values, which counts for every seed.
        """
        return (
            self.protocol == other.protocol
            and set(self.names) == set(other.names)
            and (len(self.seeds) == len(other.seeds) or not self._depends_on_seed or not other._depends_on_seed)
        )

    @property
    def _depends_on_seed(self) -> bool:
        """Whether there is one line of values for each seed, rather than a single line for all."""
        return self.trained or len(self.seeds) > 1

    def minus(self, others: Sequence[_Side]) -> _Side:
        """Return the difference from the mean of `others`, image by image and seed by seed."""
        sides = (self, *others)
        count = max(len(side.seeds) for side in sides)
        lines = []
        for seed in range(count):
            values, *baselines = (
                dict(zip(side.names, side.seeds[seed % len(side.seeds)], strict=True)) for side in sides
            )
            lines.append(tuple(values[name] - fmean(base[name] for base in baselines) for name in self.names))
        return _Side(self.metric, self.names, tuple(lines), any(side.trained for side in sides), self.protocol)


_Entries = dict[tuple[str, "Column"], "TableEntry"]


@dataclass(frozen=True)
class _Measured:
    """First measured entry by label and column: of the paper's rows, and of the reduced rows that replace them."""

    rows: _Entries
    reduced: _Entries
    lost: frozenset[tuple[str, Column]]
    """Labels and columns of the rows, the paper's and the reduced ones, whose records are lost (`Result.lost`)."""

    @classmethod
    def of(cls, result: Result) -> _Measured:
        rows: _Entries = {}
        reduced: _Entries = {}
        lost = frozenset(
            (label, entry.column)
            for entry in result.entries
            if (entry.row.label, entry.column) in result.lost
            for label in (entry.row.label, entry.row.reduced)
        )
        for entry in result.measured:
            rows.setdefault((entry.row.label, entry.column), entry)
            reduced.setdefault((entry.row.reduced, entry.column), entry)
        return cls(rows, reduced, lost)

    @property
    def both(self) -> tuple[_Entries, _Entries]:
        """Entries of the paper's rows, then of the reduced ones."""
        return self.rows, self.reduced

    def has_part_of(self, claim: Claim) -> bool:
        """Return whether any row of the claim is measured, image by image."""
        return any(_values(entries.get((label, claim.column))) for entries in self.both for label in _labels(claim))

    def has_all_of(self, claim: Claim) -> bool:
        """Return whether all rows of the claim, or the reduced rows for them, are measured, image by image."""
        return any(
            all(_values(entries.get((label, claim.column))) for label in _labels(claim)) for entries in self.both
        )

    def has_lost(self, claim: Claim) -> bool:
        """Return whether the record of any row of the claim is lost."""
        return any((label, claim.column) in self.lost for label in _labels(claim))


def _labels(claim: Claim) -> tuple[str, ...]:
    """Return the labels of the rows that a claim is about."""
    return claim.better, *claim.better_over, claim.worse, *claim.worse_over


def answer_claims(result: Result, prints: Sequence[Result] = ()) -> list[ClaimAnswer]:
    """Test the claims of the table whose rows are all measured on the same images and from the same seeds.

    If the rows of the paper are not all measured, the reduced rows replace them. The p values of the paper's claims are
    corrected together; those of srbench's own questions (`Claim.asked_by`) are corrected apart from them.

    Args:
        result: The table.
        prints: The same table from runs with other numbers of seeds. A claim is answered from the run with the most
            seeds, the first of several. The number is fixed before a run, so that the choice can't favour an answer.
    """
    runs = [(run.options, _Measured.of(run)) for run in (result, *prints)]
    answers, withheld = [], []
    for claim in result.table.claims:
        candidates = [answer for options, rows in runs if (answer := _first_answer(rows, claim, options))]
        answer = max(candidates, key=lambda answer: (not answer.reduced, answer.test.seeds), default=None)
        if answer:
            answers.append(answer)
        untested = not (answer and answer.tested) and any(rows.has_lost(claim) for _, rows in runs)
        if untested or (not answer and any(rows.has_part_of(claim) for _, rows in runs)):
            withheld.append(claim)
    return _corrected(answers, withheld)


def claims_with_losses(result: Result, prints: Sequence[Result] = ()) -> list[Claim]:
    """Return the claims about cells that were printed as measured and whose records are not found now (`Result.lost`).

    `answer_claims` leaves them out, or answers them from other rows or another run. Arguments are those of
    `answer_claims`.
    """
    runs = [_Measured.of(run) for run in (result, *prints)]
    return [claim for claim in result.table.claims if any(run.has_lost(claim) for run in runs)]


def claims_that_do_not_fit(result: Result, prints: Sequence[Result] = ()) -> list[Claim]:
    """Return the claims whose rows are all measured but can't be compared: on other images, seeds or protocols.

    Arguments are those of `answer_claims`.
    """
    runs = [_Measured.of(run) for run in (result, *prints)]
    return [
        claim
        for claim in result.table.claims
        if any(run.has_all_of(claim) for run in runs) and not any(_first_answer(run, claim, "") for run in runs)
    ]


def _first_answer(measured: _Measured, claim: Claim, options: str) -> ClaimAnswer | None:
    """Return the answer from the rows of the paper, else from the reduced rows; None if neither are measured."""
    for entries in measured.both:
        if answer := _answer(entries, claim, reduced=entries is measured.reduced):
            return replace(answer, options=options)
    return None


def _corrected(answers: Sequence[ClaimAnswer], withheld: Sequence[Claim]) -> list[ClaimAnswer]:
    """Return the answers with their p values corrected for the number of claims of the same asker (Holm).

    Args:
        answers: The answers, tested or not.
        withheld: Claims that can't be tested because a part of their values is missing; they may have an answer that
            isn't tested. They count as if their p value was 1: a lost record must not make the other answers easier.
    """
    answered = {answer.claim for answer in answers}
    sizes = Counter(claim.asked_by for claim in (*answered, *(claim for claim in withheld if claim not in answered)))
    lost = Counter(claim.asked_by for claim in withheld)
    corrected = [replace(answer, family=sizes[answer.claim.asked_by]) for answer in answers]
    for asker in dict.fromkeys(answer.claim.asked_by for answer in answers):
        family = [index for index, answer in enumerate(answers) if answer.tested and answer.claim.asked_by == asker]
        tests = len(family) + lost[asker]
        p_holm = holm([answers[index].test.p for index in family], tests)
        p_fewest = holm([answers[index].test.p_fewest for index in family], tests)
        for index, p, fewest in zip(family, p_holm, p_fewest, strict=True):
            corrected[index] = replace(corrected[index], p_holm=p, p_fewest=fewest)
    return corrected


def _answer(entries: _Entries, claim: Claim, *, reduced: bool) -> ClaimAnswer | None:
    """Return the answer from these entries; None if a side is not measured, or the sides can't be compared."""
    better = _side(entries, claim, claim.better, claim.better_over)
    worse = _side(entries, claim, claim.worse, claim.worse_over)
    if better is None or worse is None or not better.fits(worse):
        return None
    difference = better.minus([worse])
    by_seed = tuple(fmean(values) for values in difference.seeds)
    return ClaimAnswer(claim, better.metric, crossed(difference.seeds), by_seed, difference.trained, reduced)


def _side(entries: _Entries, claim: Claim, label: str, over: Sequence[str]) -> _Side | None:
    """Return the values of a row, minus the mean of the rows `over` if there are any.

    None if a row is not measured, or if the rows can't be compared.
    """
    rows = [_values(entries.get((row, claim.column))) for row in (label, *over)]
    sides = [side for side in rows if side is not None]
    if len(sides) < len(rows) or not all(sides[0].fits(side) for side in sides):
        return None
    return sides[0].minus(sides[1:]) if over else sides[0]


def _values(entry: TableEntry | None) -> _Side | None:
    """Return the values of an entry; None if they are not known image by image."""
    if entry is None or entry.metric is None or not entry.images:
        return None
    return _Side(entry.metric, tuple(entry.images), entry.images_by_seed, entry.trained, entry.protocol)
