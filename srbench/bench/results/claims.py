"""Whether what a paper says of two of its rows, or of their gains, holds for what was measured here."""

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
    from srbench.specs.table import Claim

Holds = Literal["yes", "no", "undecided"]

FEWEST_SEEDS = 3
LEVEL = 0.05


@dataclass(frozen=True)
class ClaimAnswer:
    """A claim put to the test: are these two networks different, and would another training of them be?

    Images answer the first: what is common to all of a training's images looks certain to a test over images. Seeds
    answer the second.
    """

    claim: Claim
    metric: MetricSpec
    test: PairedTest
    """Of the row that should win against the other, image by image; an image's value is its mean over the seeds."""
    by_seed: tuple[float, ...]
    """The difference of the means with each seed; one where nothing depends on a seed."""
    trained: bool
    """The rows were trained here, from these seeds."""
    reduced: bool
    """Reduced rows stood for the paper's."""

    @property
    def seeds_p(self) -> float:
        """Of no difference between the two objects of training: paired t-test over the seeds; NaN for one seed."""
        return _paired_t(self.by_seed)

    @property
    def holds(self) -> Holds:
        """Yes or no where the test over images decides, and for rows trained here that over 3 or more seeds with it."""
        if self.test.verdict == "undecided" or (self.trained and not self._seeds_agree):
            return "undecided"
        return "yes" if self.test.verdict == "better" else "no"

    @property
    def _seeds_agree(self) -> bool:
        same_way = fmean(self.by_seed) * self.test.difference > 0
        return same_way and len(self.by_seed) >= FEWEST_SEEDS and self.seeds_p < LEVEL


@dataclass(frozen=True)
class _Side:
    """Of a claim: a row's values, or by how much they exceed the mean of other rows."""

    metric: MetricSpec
    images: Mapping[str, float]
    by_seed: tuple[float, ...]
    trained: bool

    def fits(self, other: _Side) -> bool:
        """Whether both are of the same images and of as many seeds."""
        return self.images.keys() == other.images.keys() and len(self.by_seed) == len(other.by_seed)

    def over(self, others: Sequence[_Side]) -> _Side:
        """What is gained over the mean of `others`, image by image and seed by seed."""
        images = {name: value - fmean(one.images[name] for one in others) for name, value in self.images.items()}
        means = (fmean(values) for values in zip(*(one.by_seed for one in others), strict=True))
        by_seed = tuple(value - mean for value, mean in zip(self.by_seed, means, strict=True))
        return _Side(self.metric, images, by_seed, any(one.trained for one in (self, *others)))


def answer_claims(result: Result) -> list[ClaimAnswer]:
    """Those of the table's claims whose rows are all measured on the same images and with as many seeds.

    Reduced rows stand for the paper's where the latter are not all measured.
    """
    found = []
    for claim in result.table.claims:
        tried = (_answer(result, claim, reduced=reduced) for reduced in (False, True))
        found += [answer for answer in tried if answer][:1]
    return found


def _answer(result: Result, claim: Claim, *, reduced: bool) -> ClaimAnswer | None:
    better = _side(result, claim, claim.better, claim.better_over, reduced=reduced)
    worse = _side(result, claim, claim.worse, claim.worse_over, reduced=reduced)
    if better is None or worse is None or not better.fits(worse):
        return None
    ours, others = ([side.images[name] for name in better.images] for side in (better, worse))
    by_seed = tuple(one - other for one, other in zip(better.by_seed, worse.by_seed, strict=True))
    test = paired(ours, others, better.metric.better)
    return ClaimAnswer(claim, better.metric, test, by_seed, better.trained and worse.trained, reduced)


def _side(result: Result, claim: Claim, label: str, over: Sequence[str], *, reduced: bool) -> _Side | None:
    """Of the row `label`, over the mean of the rows `over` where there are any; None where one isn't measured."""
    found = [_values(_entry(result, one, claim, reduced=reduced)) for one in (label, *over)]
    sides = [side for side in found if side is not None]
    if len(sides) < len(found) or not all(sides[0].fits(side) for side in sides):
        return None
    return sides[0].over(sides[1:]) if over else sides[0]


def _values(entry: TableEntry | None) -> _Side | None:
    if entry is None or entry.metric is None or not entry.images:
        return None
    return _Side(entry.metric, entry.images, entry.by_seed, entry.trained)


def _entry(result: Result, label: str, claim: Claim, *, reduced: bool) -> TableEntry | None:
    """The measured entry of the row `label`, or of the reduced row that stands for it."""
    fitting = (
        entry
        for entry in result.entries
        if (entry.row.reduced if reduced else entry.row.label) == label and entry.column == claim.column
    )
    return next((entry for entry in fitting if entry.measured is not None), None)


def _paired_t(differences: Sequence[float]) -> float:
    if len(differences) < 2:
        return math.nan
    spread = stdev(differences)
    if not spread:
        return 0.0 if differences[0] else 1.0
    from scipy.stats import ttest_1samp

    return float(ttest_1samp(differences, 0).pvalue)
