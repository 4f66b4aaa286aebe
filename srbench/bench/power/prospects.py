"""Power of the tests of a table's claims, and the number of seeds that would decide them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING

from srbench.bench.power.printed_effect import PrintedEffect, printed_effect
from srbench.bench.results.claims import answer_claims
from srbench.stats.crossed import Noise
from srbench.stats.levels import CONFIDENCE, SIGNIFICANCE
from srbench.stats.power import FEWEST_SEEDS, detectable_effect, power, seeds_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.results.claims import ClaimAnswer
    from srbench.bench.results.table_result import Result


@dataclass(frozen=True)
class Prospect:
    """Power of a claim's test: for the seeds there are, and the seeds that it needs."""

    answer: ClaimAnswer
    printed: PrintedEffect | None
    noise: Noise | None
    """Noise of the differences; None where no claim of the metric has been measured from two seeds."""
    borrowed: bool
    """True if the noise between seeds is that of other claims of the metric, as the claim has too few seeds."""
    level: float
    """Significance level of this claim: 0.05 over `ClaimAnswer.family`, with which p decides whatever the other claims
    turn out to be (Bonferroni)."""

    @property
    def effect(self) -> float:
        """Difference that should be found: the printed one, else the measured one."""
        return self.printed.difference if self.printed else self.answer.test.difference

    @property
    def seeds(self) -> int | None:
        """Seeds that find `effect` with 80 % power; None if no number of seeds does on these images, or if unknown."""
        return self.seeds_for(self.effect)

    def seeds_for(self, effect: float) -> int | None:
        """Return the seeds that find a true `effect` with 80 % power; None if no number does, or if unknown."""
        if self.noise is None or self.answer.test.images < 2 or not effect:
            return None
        return seeds_needed(effect, self.noise, self.answer.test.images, self.level)

    @property
    def power(self) -> float | None:
        """Chance that the seeds measured so far find `effect`; None if unknown, 0 for fewer seeds than can decide."""
        if self.noise is None or self.answer.test.images < 2:
            return None
        seeds = self.answer.test.seeds
        if seeds < FEWEST_SEEDS:
            return 0.0
        return power(self.effect, self.noise, seeds, self.answer.test.images, self.level)

    @property
    def detectable(self) -> float | None:
        """Smallest true difference, without a sign, that the seeds measured so far find with 80 % power.

        None if unknown, or for fewer seeds than can decide.
        """
        test = self.answer.test
        if self.noise is None or test.images < 2 or test.seeds < FEWEST_SEEDS:
            return None
        effect = detectable_effect(self.noise, test.seeds, test.images, self.level)
        return effect if math.isfinite(effect) else None

    @property
    def below_print(self) -> bool:
        """Whether the interval excludes the printed effect: what was measured here is less in favour of the claim."""
        return self._is_below_print(1 - CONFIDENCE)

    @property
    def below_print_corrected(self) -> bool:
        """Whether the interval at confidence 1 - `level`, corrected for the claims, excludes the printed effect."""
        return self._is_below_print(self.level)

    def _is_below_print(self, level: float) -> bool:
        from scipy.stats import t

        test = self.answer.test
        if not self.answer.tested or self.printed is None or test.interval is None or self.printed.gain <= 0:
            return False
        return self.answer.gain + float(t.ppf(1 - level / 2, test.freedom)) * test.error < self.printed.gain


def prospects(result: Result, others: Sequence[Sequence[Result]] = (), prints: Sequence[Result] = ()) -> list[Prospect]:
    """Return the prospects of the claims of a table that are measured, in the order of the table.

    Args:
        result: The table.
        others: Other tables of the plugin, whose noise between seeds is borrowed by claims that have too few seeds;
            each as the result of its first run and of those with other numbers of seeds.
        prints: The same table from runs with other numbers of seeds (`answer_claims`).
    """
    answers = answer_claims(result, prints)
    answers_by_table = [(result, answers), *((first, answer_claims(first, more)) for first, *more in others)]
    lenders = [
        _Lender(answer.metric.name, _methods(table, answer), noise)
        for table, table_answers in answers_by_table
        for answer in table_answers
        if answer.trained and (noise := answer.test.noise)
    ]
    return [_prospect(result, answer, lenders) for answer in answers]


@dataclass(frozen=True)
class _Lender:
    """The noise of a trained claim, which other claims may borrow, with its metric and the methods of its rows."""

    metric: str
    methods: frozenset[str]
    noise: Noise


def _methods(result: Result, answer: ClaimAnswer) -> frozenset[str]:
    """Return the names of the methods in the rows that a claim is about."""
    claim = answer.claim
    labels = {claim.better, claim.worse, *claim.better_over, *claim.worse_over}
    return frozenset(
        row.method
        for row in result.table.rows
        if (row.reduced if answer.reduced else row.label) in labels and row.method
    )


def _prospect(result: Result, answer: ClaimAnswer, lenders: Sequence[_Lender]) -> Prospect:
    """Return the prospect of a claim."""
    noise, borrowed = answer.test.noise, False
    if answer.trained and answer.test.seeds < FEWEST_SEEDS:  # too few for an estimate of their noise
        noise = _borrowed(answer, _methods(result, answer), lenders)
        borrowed = noise is not None
    printed = printed_effect(result, answer.claim, answer.metric)
    return Prospect(answer, printed, noise, borrowed, SIGNIFICANCE / answer.family)


def _borrowed(answer: ClaimAnswer, methods: frozenset[str], lenders: Sequence[_Lender]) -> Noise | None:
    """Return the noise of `answer` with the (lower) median variance between seeds of `lenders`; None without any.

    Claims of the same metric that share a method come first, then those of the metric.
    """
    of_metric = [lender for lender in lenders if lender.metric == answer.metric.name]
    noises = [lender.noise for lender in of_metric if lender.methods & methods] or [
        lender.noise for lender in of_metric
    ]
    if not noises:
        return None
    seeds = median_low(noise.seeds for noise in noises)
    if measured := answer.test.noise:
        return Noise(seeds, measured.images, measured.rest)
    # a single seed shows only the sum of the variances of images and rest, which is divided as in the other claims
    images, rest = sum(noise.images for noise in noises), sum(noise.rest for noise in noises)
    images_and_rest = answer.test.error**2 * answer.test.images
    share = images / (images + rest) if images + rest else 1.0
    return Noise(seeds, share * images_and_rest, (1 - share) * images_and_rest)
