"""Number formats: a measured value gets one more digit than the published one, so that differences are visible."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from srbench.bench.results.verdict import Verdict
from srbench.published import as_printed
from srbench.render.ranks import superscript

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.results.table_result import TableEntry

NONE = "–"
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "K"))
MOST_DECIMALS = 9
"""Largest number of decimals; what is smaller reads as zero."""


def measured_text(entry: TableEntry) -> str:
    """Return the measured number as text, or ``failed``, or a dash."""
    if entry.measured is None:
        return "failed" if entry.verdict is Verdict.FAILED else NONE
    decimals = _decimals(entry)
    return number_text(entry) + (_deviation(entry, decimals) if entry.published or decimals else "")


def number_text(entry: TableEntry) -> str:
    """Return the measured number in the digits that tables show, without its deviation; empty if there is none."""
    if entry.measured is None:
        return ""
    if entry.published:
        return as_printed(entry.measured, entry.published, more=1)
    decimals = _decimals(entry)
    return f"{entry.measured:.{decimals}f}" if decimals else with_unit(entry.measured)


def _decimals(entry: TableEntry) -> int:
    if entry.published:
        return entry.published.decimals + 1
    return entry.metric.decimals if entry.metric else 3


def _deviation(entry: TableEntry, decimals: int) -> str:
    """Return ``±0.012``, the standard deviation over the seeds; empty for a single seed.

    There are more decimals if the deviation would read as zero without being zero.
    """
    return "" if entry.seed_std is None else f"±{_nonzero(entry.seed_std, decimals)}"


def published_text(entry: TableEntry) -> str:
    """Return the published number as printed, or a dash.

    A published deviation is appended in decimals (print has ``3e-4`` and ``0.0003``), and a published rank as a
    superscript.
    """
    if entry.published is None:
        return NONE
    deviation = f"±{Decimal(entry.published.std):f}" if entry.published.std else ""
    return entry.published.printed + deviation + superscript(entry.published.rank)


def delta_text(entry: TableEntry) -> str:
    """Return measured minus published, signed; empty if either is missing.

    The digits are those of the measured number, and more if the difference would read as zero although the verdict is
    that the numbers differ. Numbers printed as coarsely as 0.4M differ by a percentage.
    """
    if entry.delta is None or entry.published is None:
        return ""
    if entry.published.printed != entry.published.text:
        if entry.verdict.agrees or not entry.published.value:
            return ""
        return f"{_signed(100 * entry.delta / entry.published.value, 1, entry.verdict)}%"
    return _signed(entry.delta, entry.published.decimals + 1, entry.verdict)


def _signed(difference: float, decimals: int, verdict: Verdict) -> str:
    if verdict is Verdict.DIFFERS:
        return _nonzero(difference, decimals, "+")
    return f"{difference:+.{decimals}f}"


def _nonzero(value: float, decimals: int, sign: str = "") -> str:
    """Return `value` with `decimals` decimals, or with as many more as show a digit other than zero."""
    text = f"{value:{sign}.{decimals}f}"
    while value and not text.strip("+-0.") and decimals < MOST_DECIMALS:
        decimals += 1
        text = f"{value:{sign}.{decimals}f}"
    return text


def with_unit(value: float) -> str:
    """Return `value` with one decimal and a unit letter: ``414.8K``, ``32.5G``."""
    for size, unit in UNITS:
        if abs(value) >= size:
            return f"{value / size:.1f}{unit}"
    return f"{value:g}"


def cell_text(entry: TableEntry | None, rank: str = "", emphasis: Callable[[str], str] = str) -> str:
    """Return the text of a cell, ``29.378 / 29.38 (-0.002 ✓)``: measured / published (difference, verdict).

    Args:
        entry: The entry; None for an empty cell.
        rank: Rank of the measured number (`srbench.render.ranks.reference_rank`).
        emphasis: Function that sets the measured number apart.
    """
    if entry is None:
        return ""
    measured = emphasis(measured_text(entry)) + superscript(rank)
    if entry.published is None:
        return measured
    text = f"{measured} / {published_text(entry)}"
    comparison = " ".join(filter(None, (delta_text(entry), entry.verdict.mark)))
    return f"{text} ({comparison})" if comparison else text
