"""Does the measured number reproduce the printed one?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.published import Published
    from srbench.specs.metric import MetricSpec


class Verdict(StrEnum):
    """The word that stands beside a number."""

    REPRODUCED = "reproduced"
    DIFFERS = "differs"
    OTHER_PROTOCOL = "other protocol"
    OTHER_WEIGHTS = "other weights"
    OTHER_DATA = "other data"
    DEMO_DATA = "demo data"
    CUT_BUDGET = "cut budget"
    UNPUBLISHED = "no published value"
    UNMEASURED = "not measured"
    UNAVAILABLE = "not available"
    FAILED = "failed"

    @property
    def mark(self) -> str:
        """One sign for a table's cell."""
        return _MARKS.get(self, "")


_MARKS = {
    Verdict.REPRODUCED: "✓",
    Verdict.DIFFERS: "✗",
    Verdict.OTHER_PROTOCOL: "≁",
    Verdict.OTHER_WEIGHTS: "≁",
    Verdict.OTHER_DATA: "≁",
    Verdict.DEMO_DATA: "†",
    Verdict.CUT_BUDGET: "‡",
    Verdict.FAILED: "!",
}


@dataclass(frozen=True)
class ComparisonContext:
    """What a number was measured under, as far as it decides whether it may be compared with print at all."""

    demo: bool = False
    own_protocol: bool = True
    """The table's protocol, not one that the user put in its place."""
    incomparable: str = ""
    """Why the paper's own numbers of this metric can't be compared (`Table.incomparable`)."""
    trained_here: bool = False
    full_budget: bool = True
    exact_dataset: bool = True
    other_data: bool = False
    """The copy of the dataset is incomplete, or not the one that everybody has."""


def judge(metric: MetricSpec, measured: float, published: Published | None, under: ComparisonContext) -> Verdict:
    """The verdict on one measured number (tolerances: `MetricSpec`, see docs/protocols.md)."""
    if metric.subject == "image" and under.demo:
        return Verdict.DEMO_DATA
    if published is None:
        return Verdict.UNPUBLISHED
    obstacle = obstacle_to_comparison(under) if metric.subject == "image" else None
    if obstacle:
        return obstacle
    close = abs(measured - published.value) <= tolerance(metric, under) + 1e-9
    return Verdict.REPRODUCED if close or published.agrees_in_print(measured) else Verdict.DIFFERS


def obstacle_to_comparison(under: ComparisonContext) -> Verdict | None:
    """What keeps a number about images from being compared with print, the gravest first; None: nothing."""
    obstacles = {
        Verdict.OTHER_PROTOCOL: not under.own_protocol,
        Verdict.OTHER_DATA: under.other_data,
        Verdict.OTHER_WEIGHTS: bool(under.incomparable),
        Verdict.CUT_BUDGET: under.trained_here and not under.full_budget,
    }
    return next((verdict for verdict, holds in obstacles.items() if holds), None)


def tolerance(metric: MetricSpec, under: ComparisonContext) -> float:
    """The largest difference from print that still counts as reproduced."""
    if under.trained_here and metric.tolerance_retrained is not None:
        return metric.tolerance_retrained
    if metric.tolerance_inexact is not None and not under.exact_dataset:
        return metric.tolerance_inexact
    return metric.tolerance
