"""Tests of a paper's claims about two of its rows, or about their gains, on the values measured here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Literal

from srbench.records.statistics import paired

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.records.statistics import PairedTest
    from srbench.specs.metric import MetricSpec
    from srbench.specs.table import Claim, Column

Holds = Literal["yes", "no", "undecided"]

FEWEST_SEEDS = 3
"""Minimum number of seeds for a decision about rows trained here."""
LEVEL = 0.05
"""Significance level of the test over the seeds."""


@dataclass(frozen=True)
class ClaimAnswer:
    """Result of testing a claim: whether two networks differ, and whether other trainings of them would differ too.

    The test over images answers the first question only: an effect that all images of one training share looks certain
    to it. The test over seeds answers the second.
    """

    claim: Claim
    metric: MetricSpec
    test: PairedTest
    """Paired test over images of the row claimed to be better; an image's value is its mean over the seeds."""
    by_seed: tuple[float, ...]
    """Difference of the means for each seed; a single value if nothing depends on a seed."""
    trained: bool
    """True if both rows were trained here, from these seeds."""
    reduced: bool
    """True if reduced rows replaced the rows of the paper."""

    @property
    def seeds_p(self) -> float:
        """P value of the paired t-test over the seeds (null hypothesis: no difference); NaN for a single seed."""
        return _paired_t(self.by_seed)

    @property
    def holds(self) -> Holds:
        """Answer to the claim: yes or no if the tests decide, else undecided.

        The test over images must decide, and for rows trained here the test over 3 or more seeds must agree with it.
        """
        if self.test.verdict == "undecided" or (self.trained and not self._seeds_agree):
            return "undecided"
        return "yes" if self.test.verdict == "better" else "no"

    @property
    def _seeds_agree(self) -> bool:
        same_way = fmean(self.by_seed) * self.test.difference > 0
        return same_way and len(self.by_seed) >= FEWEST_SEEDS and self.seeds_p < LEVEL


@dataclass(frozen=True)
class _Side:
    """One side of a claim: a row's values, or their gain over the mean of other rows."""

    metric: MetricSpec
    images: Mapping[str, float]
    by_seed: tuple[float, ...]
    trained: bool
    protocol: str

    def fits(self, other: _Side) -> bool:
        """Return whether both sides have the same protocol, the same images and the same number of seeds."""
        return (
            self.protocol == other.protocol
            and self.images.keys() == other.images.keys()
            and len(self.by_seed) == len(other.by_seed)
        )

    def over(self, others: Sequence[_Side]) -> _Side:
        """Return the gain over the mean of `others`, image by image and seed by seed."""
        images = {name: value - fmean(side.images[name] for side in others) for name, value in self.images.items()}
        means = (fmean(values) for values in zip(*(side.by_seed for side in others), strict=True))
        by_seed = tuple(value - mean for value, mean in zip(self.by_seed, means, strict=True))
        return _Side(self.metric, images, by_seed, any(side.trained for side in (self, *others)), self.protocol)


_Entries = dict[tuple[str, "Column"], "TableEntry"]


@dataclass(frozen=True)
class _Measured:
    """First measured entry by label and column: of the paper's rows, and of the reduced rows that replace them."""

    rows: _Entries
    reduced: _Entries

    @classmethod
    def of(cls, result: Result) -> _Measured:
        rows: _Entries = {}
        reduced: _Entries = {}
        for entry in result.measured:
            rows.setdefault((entry.row.label, entry.column), entry)
            reduced.setdefault((entry.row.reduced, entry.column), entry)
        return cls(rows, reduced)

    @property
    def both(self) -> tuple[_Entries, _Entries]:
        """Entries of the paper's rows, then of the reduced ones."""
        return self.rows, self.reduced


def answer_claims(result: Result) -> list[ClaimAnswer]:
    """Test the claims of the table whose rows are all measured on the same images and with the same number of seeds.

    If the rows of the paper are not all measured, the reduced rows replace them.
    """
    answers = []
    measured = _Measured.of(result)
    for claim in result.table.claims:
        candidates = (_answer(entries, claim, reduced=entries is measured.reduced) for entries in measured.both)
        answers += [answer for answer in candidates if answer][:1]
    return answers


def _answer(entries: _Entries, claim: Claim, *, reduced: bool) -> ClaimAnswer | None:
    better = _side(entries, claim, claim.better, claim.better_over)
    worse = _side(entries, claim, claim.worse, claim.worse_over)
    if better is None or worse is None or not better.fits(worse):
        return None
    ours, others = ([side.images[name] for name in better.images] for side in (better, worse))
    by_seed = tuple(one - other for one, other in zip(better.by_seed, worse.by_seed, strict=True))
    test = paired(ours, others, better.metric.better)
    return ClaimAnswer(claim, better.metric, test, by_seed, better.trained and worse.trained, reduced)


def _side(entries: _Entries, claim: Claim, label: str, over: Sequence[str]) -> _Side | None:
    """Return the row `label`, as its gain over the mean of the rows `over` if any; None if a row isn't measured."""
    rows = [_values(entries.get((row, claim.column))) for row in (label, *over)]
    sides = [side for side in rows if side is not None]
    if len(sides) < len(rows) or not all(sides[0].fits(side) for side in sides):
        return None
    return sides[0].over(sides[1:]) if over else sides[0]


def _values(entry: TableEntry | None) -> _Side | None:
    if entry is None or entry.metric is None or not entry.images:
        return None
    return _Side(entry.metric, entry.images, entry.by_seed, entry.trained, entry.protocol)


def _paired_t(differences: Sequence[float]) -> float:
    if len(differences) < 2:
        return math.nan
    spread = stdev(differences)
    if not spread:
        return 0.0 if differences[0] else 1.0
    from scipy.stats import ttest_1samp

    return float(ttest_1samp(differences, 0).pvalue)
