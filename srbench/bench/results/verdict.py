"""Verdicts: whether a measured value reproduces the published one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.published import Published
    from srbench.specs.metric import MetricSpec


class Verdict(StrEnum):
    """Verdict on a table entry."""

    REPRODUCED = "reproduced"
    RULE_INFERRED = "reproduced, rule inferred"
    OTHER_CONVENTION = "reproduced, other convention"
    DIFFERS = "differs"
    OTHER_PROTOCOL = "other protocol"
    OTHER_WEIGHTS = "other weights"
    OTHER_DATA = "other data"
    OTHER_DEVICE = "other device"
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

    @property
    def agrees(self) -> bool:
        """True if the measured value is the published one, by whichever rule or convention."""
        return self in {Verdict.REPRODUCED, Verdict.RULE_INFERRED, Verdict.OTHER_CONVENTION}


_MARKS = {
    Verdict.REPRODUCED: "✓",
    Verdict.RULE_INFERRED: "✓?",
    Verdict.OTHER_CONVENTION: "✓*",
    Verdict.DIFFERS: "✗",
    Verdict.OTHER_PROTOCOL: "≁",
    Verdict.OTHER_WEIGHTS: "≁",
    Verdict.OTHER_DATA: "≁",
    Verdict.OTHER_DEVICE: "≁",
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
    """True for the protocol of the printed numbers, False for another one that the user chose."""
    rule_inferred: bool = False
    """True if only the fit to the printed numbers speaks for that protocol (`srbench.specs.table.Rule`)."""
    uses_foreign_weights: bool = False
    """True for weights that the authors of the method did not publish (`WeightsSpec.authors`)."""
    device: str = ""
    """Device of the measurement."""
    printed_on: str = ""
    """Device of the printed times and memory (`Table.printed_on`); empty: unknown."""
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


def judge(
    metric: MetricSpec,
    measured: float,
    published: Published | None,
    context: ComparisonContext,
    by_convention: Iterable[float] = (),
) -> Verdict:
    """Return the verdict on one measured value.

    A published number is met within the metric's tolerance or one unit of its last printed digit, whichever is larger.

    Args:
        metric: The metric, with its tolerances (from docs/protocols.md).
        measured: The measured value.
        published: The published value; None without one.
        context: Conditions of the measurement.
        by_convention: Values of the same quantity by other conventions (`MetricSpec.conventions`).
    """
    if metric.subject == "image" and context.demo:
        return Verdict.DEMO_DATA
    if published is None:
        return Verdict.UNPUBLISHED
    if obstacle := obstacle_to_comparison(metric, context):
        return obstacle
    if meets(metric, measured, published, context):
        inferred = context.rule_inferred and metric.subject == "image"
        return Verdict.RULE_INFERRED if inferred else Verdict.REPRODUCED
    if any(meets(metric, value, published, context) for value in by_convention):
        return Verdict.OTHER_CONVENTION
    return Verdict.DIFFERS


def meets(metric: MetricSpec, measured: float, published: Published, context: ComparisonContext) -> bool:
    """Return whether `measured` agrees with the published number within its tolerance or its printed digits.

    Args:
        metric: The metric.
        measured: The measured value.
        published: The published value.
        context: Conditions of the measurement.
    """
    allowed = max(tolerance(metric, context), published.unit)
    return abs(measured - published.value) <= allowed * (1 + 1e-9) or published.agrees_in_print(measured)


def obstacle_to_comparison(metric: MetricSpec, context: ComparisonContext) -> Verdict | None:
    """Return the most severe reason why a value is not comparable with the published one; None if it is comparable.

    The cost of a network depends neither on data nor on weights, but times and memory depend on the device.
    """
    if metric.subject != "image":
        same_device = context.printed_on and context.printed_on.casefold() in context.device.casefold()
        return None if metric.repeatable or same_device else Verdict.OTHER_DEVICE
    obstacles = {
        Verdict.OTHER_PROTOCOL: not context.own_protocol,
        Verdict.OTHER_DATA: context.other_data,
        Verdict.OTHER_WEIGHTS: bool(context.incomparable) or context.uses_foreign_weights,
        Verdict.CUT_BUDGET: context.trained_here and not context.full_budget,
    }
    return next((verdict for verdict, applies in obstacles.items() if applies), None)


def tolerance(metric: MetricSpec, context: ComparisonContext) -> float:
    """Return the largest difference from the published value that still counts as reproduced."""
    if context.trained_here and metric.tolerance_retrained is not None:
        return metric.tolerance_retrained
    if metric.tolerance_inexact is not None and not context.exact_dataset:
        return metric.tolerance_inexact
    return metric.tolerance
