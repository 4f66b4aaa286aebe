"""The order of verdicts: which is worse than another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from srbench.bench.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

Direction = Literal["worse", "better", "no longer comparable", "same"]
"""Change of a verdict. ``no longer comparable``: from a number that differs from print to one that can't be held
against it, which is no progress."""

LEVELS: tuple[tuple[Verdict, ...], ...] = (
    (Verdict.REPRODUCED,),
    (Verdict.RULE_INFERRED, Verdict.OTHER_CONVENTION),
    (
        Verdict.OTHER_PROTOCOL,
        Verdict.OTHER_DATA,
        Verdict.OTHER_WEIGHTS,
        Verdict.OTHER_DEVICE,
        Verdict.CUT_BUDGET,
        Verdict.DEMO_DATA,
        Verdict.UNPUBLISHED,
    ),
    (Verdict.DIFFERS,),
    (Verdict.UNMEASURED, Verdict.UNAVAILABLE),
    (Verdict.FAILED,),
)
"""Verdicts from best to worst: the printed number is met; it is met by a rule or convention that the paper doesn't
state; the number says nothing about the printed one; it contradicts the printed one; there is no number; the
measurement failed."""

_LEVEL: Mapping[Verdict, int] = {verdict: level for level, verdicts in enumerate(LEVELS) for verdict in verdicts}
"""Place of each verdict in `LEVELS`; 0 is the best."""


def direction(before: Verdict, after: Verdict) -> Direction:
    """Return the change of a verdict; two verdicts of one level are neither better nor worse than each other."""
    if _LEVEL[after] > _LEVEL[before]:
        return "worse"
    if _LEVEL[after] == _LEVEL[before]:
        return "same"
    incomparable = _LEVEL[after] == _LEVEL[Verdict.OTHER_PROTOCOL]
    return "no longer comparable" if before is Verdict.DIFFERS and incomparable else "better"
