"""Answers to claims in words: whether they hold, the statistics, and what they would need where they are undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.escape import visible
from srbench.stats.power import FEWEST_SEEDS, POWER
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.bench.power.prospects import Prospect
    from srbench.bench.results.claims import ClaimAnswer
    from srbench.render.places import Shown


CLAIMS = {"paper": "Claims of the paper", "srbench": "Questions of srbench"}
"""Headings of the answered claims, by `Claim.asked_by`."""


def statistics_of(answer: ClaimAnswer) -> list[str]:
    """Return the effect with its interval, the p values if the claim is tested, and the seeds and images."""
    test, decimals = answer.test, answer.metric.decimals + 1
    limits = ", ".join(f"{limit:+.{decimals}f}" for limit in test.interval or ())
    lines = [f"{test.difference:+.{decimals}f}" + f" [{limits}]" * bool(limits)]
    if answer.tested:
        corrected = p_text(answer.p_holm)
        lines.append(p_text(test.p) + f", corrected {corrected}" * (answer.p_holm != test.p))
    images = counted(test.images, "image")
    if not answer.trained:
        return [*lines, images]
    count = len(answer.by_seed)
    seeds = f"{count} seeds ({', '.join(f'{value:+.{decimals}f}' for value in answer.by_seed)})"
    return [*lines, f"{seeds if answer.tested else f'{count} of the {FEWEST_SEEDS} seeds that decide'}, {images}"]


def p_text(value: float) -> str:
    """Return a p value for people: ``p = 0.068``, ``p < 0.001``."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def excluded_print(prospect: Prospect) -> str:
    """Return the remark that the interval excludes the printed effect, whatever the answer; empty if it doesn't."""
    if not prospect.below_print or not prospect.printed:
        return ""
    return f"the printed {prospect.printed.difference:+.{prospect.answer.metric.decimals + 1}f} is excluded"


def outlook(prospect: Prospect) -> str:
    """Return a remark on an undecided claim; empty for an answered one, or where the noise between seeds is unknown.

    It is about the printed effect; about the measured one where nothing is printed, or where no number of seeds would
    show what is.

    Args:
        prospect: The claim with its power.
    """
    answer, printed = prospect.answer, prospect.printed
    if answer.holds != "undecided" or prospect.noise is None:
        return ""
    decimals = answer.metric.decimals + 1
    if excluded := excluded_print(prospect):
        return excluded
    effect, seeds, origin = prospect.effect, prospect.seeds, "printed" if printed else "measured"
    if seeds is None and (enough := prospect.seeds_for(answer.test.difference)):
        effect, seeds, origin = answer.test.difference, enough, "measured"
    found = f"{effect:+.{decimals}f}, as {origin}"
    if seeds is None:
        return f"no number of seeds would show {found}, on {answer.test.images} images"
    if answer.test.seeds >= seeds:
        return f"{answer.test.seeds} seeds would mostly have shown {found}"
    return f"about {seeds} seeds would show {found} (power {100 * POWER:.0f} %)"


def claims(claimed: Iterable[Prospect], asked_by: str = "paper", shown: Shown = visible) -> list[str]:
    """Return one line per claim of the paper, or per question of srbench: whether it holds here, with the statistics.

    Args:
        claimed: The answered claims of a table (`srbench.bench.power.prospects.prospects`).
        asked_by: Whose claims: ``paper`` or ``srbench`` (`Claim.asked_by`).
        shown: Function that escapes names.
    """
    return [_answered(prospect, shown) for prospect in claimed if prospect.answer.claim.asked_by == asked_by]


def _answered(prospect: Prospect, shown: Shown) -> str:
    answer = prospect.answer
    column = answer.claim.column
    where = shown(f"{answer.metric.title or answer.metric.name} {column.place}".rstrip())
    whose = " (reduced rows)" if answer.reduced else ""
    parts = "; ".join(filter(None, (*statistics_of(answer), outlook(prospect))))
    return f"{shown(answer.claim.text)}: {answer.holds}{whose}. {where}: {parts}"
