"""Verdicts: whether a measured value reproduces the published one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.published import Published
    from srbench.specs.metric import MetricSpec


class Verdict(StrEnum):
    """Verdict on a table entry."""

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
        """Sign of the verdict in a table cell; empty for verdicts without a sign."""
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
    """Conditions of a measurement that decide whether its value is comparable with the published one."""

    demo: bool = False
    """True if the images are the demo photographs."""
    own_protocol: bool = True
    """True for the table's protocol, False for another one that the user chose."""
    incomparable: str = ""
    """Reason why the paper's values of this metric are not comparable (`Table.incomparable`)."""
    trained_here: bool = False
    """True for weights that srbench trained."""
    full_budget: bool = True
    """True if these weights were trained with the paper's budget."""
    exact_dataset: bool = True
    """True if the dataset has the pixels of the known copy."""
    other_data: bool = False
    """True if the copy of the dataset is incomplete, or differs from the known copy."""


def judge(metric: MetricSpec, measured: float, published: Published | None, under: ComparisonContext) -> Verdict:
    """Return the verdict on one measured value.

    Args:
        metric: The metric, with its tolerances (from docs/protocols.md).
        measured: The measured value.
        published: The published value; None without one.
        under: Conditions of the measurement.
    """
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
    """Return the most severe reason why the value of an image metric is not comparable; None if it is."""
    obstacles = {
        Verdict.OTHER_PROTOCOL: not under.own_protocol,
        Verdict.OTHER_DATA: under.other_data,
        Verdict.OTHER_WEIGHTS: bool(under.incomparable),
        Verdict.CUT_BUDGET: under.trained_here and not under.full_budget,
    }
    return next((verdict for verdict, holds in obstacles.items() if holds), None)


def tolerance(metric: MetricSpec, under: ComparisonContext) -> float:
    """Return the largest difference from the published value that still counts as reproduced."""
    if under.trained_here and metric.tolerance_retrained is not None:
        return metric.tolerance_retrained
    if metric.tolerance_inexact is not None and not under.exact_dataset:
        return metric.tolerance_inexact
    return metric.tolerance
