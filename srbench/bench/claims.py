"""Whether what a paper says of two of its rows holds for what was measured here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from srbench.bench.statistics import paired

if TYPE_CHECKING:
    from srbench.bench.result import Entry, Result
    from srbench.bench.statistics import PairedTest
    from srbench.specs import Claim, MetricSpec

Holds = Literal["yes", "no", "undecided"]


@dataclass(frozen=True)
class Answer:
    """A claim put to the test."""

    claim: Claim
    metric: MetricSpec
    test: PairedTest
    """Of the row that should win against the other, image by image; an image's value is its mean over the seeds."""
    by_seed: tuple[float, ...]
    """The difference of the means with each seed; one where nothing depends on a seed."""
    reduced: bool
    """Reduced rows stood for the paper's."""

    @property
    def holds(self) -> Holds:
        """Yes or no where the paired test decides and no seed contradicts it."""
        if self.test.verdict == "undecided" or len({difference > 0 for difference in self.by_seed}) > 1:
            return "undecided"
        return "yes" if self.test.verdict == "better" else "no"


def answers(result: Result) -> list[Answer]:
    """Those of the table's claims whose two rows are measured on the same images and with as many seeds.

    Reduced rows stand for the paper's where the latter are not both measured.
    """
    found = []
    for claim in result.table.claims:
        for reduced in (False, True):
            answer = _answer(result, claim, reduced=reduced)
            if answer:
                found.append(answer)
                break
    return found


def _answer(result: Result, claim: Claim, *, reduced: bool) -> Answer | None:
    better, worse = (_entry(result, label, claim, reduced=reduced) for label in (claim.better, claim.worse))
    if better is None or worse is None or better.metric is None:
        return None
    names = [name for name in better.images if name in worse.images]
    if not names or len(better.by_seed) != len(worse.by_seed):
        return None
    ours, others = ([entry.images[name] for name in names] for entry in (better, worse))
    by_seed = tuple(one - other for one, other in zip(better.by_seed, worse.by_seed, strict=True))
    return Answer(claim, better.metric, paired(ours, others, better.metric.better), by_seed, reduced)


def _entry(result: Result, label: str, claim: Claim, *, reduced: bool) -> Entry | None:
    """The measured entry of the row `label`, or of the reduced row that stands for it."""
    fitting = (
        entry
        for entry in result.entries
        if (entry.row.reduced if reduced else entry.row.label) == label and entry.column == claim.column
    )
    return next((entry for entry in fitting if entry.measured is not None), None)
