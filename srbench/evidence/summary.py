"""Summary of the answers to claims: how many of each, paper by paper, and what the numbers mean."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.escape import markdown
from srbench.evidence.claim_files import place_of, read_claims
from srbench.stats.levels import SIGNIFICANCE
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.bench.results.claims import ClaimAnswer, Holds
    from srbench.evidence.claim_lines import ClaimLine
    from srbench.specs.table import Column

ANSWERS: tuple[Holds, ...] = ("yes", "no", "undecided")
FIRM: dict[Holds, str] = {"yes": "firm yes", "no": "firm no"}
EXCLUDED, ELSEWHERE = "printed effect excluded", "of these printed for another dataset"
COUNTED = ("yes", FIRM["yes"], "no", FIRM["no"], "undecided", EXCLUDED, ELSEWHERE)
"""Columns of the table "Answers by paper"; a firm answer counts as the answer too."""
ASKERS = {"paper": "claims of papers", "srbench": "asked by srbench"}
"""Titles of the claims by who asks them (`Claim.asked_by`)."""
EARLIER = ("asked_by", "answer")
"""Columns of a file of earlier answers beside those that name a claim."""
Counts = dict[tuple[str, str], Counter[str]]
"""Number of each answer, by plugin and by who asks: ``paper`` or ``srbench``."""


def earlier_answers(file: Path, lines: Sequence[ClaimLine]) -> Counts:
    """Return the number of each answer in a CSV file, by plugin and by who asks the claim now.

    Raises:
        StoreError: if it is damaged; the message names the line.
    """
    askers = {
        place_of(line.plugin, line.table, line.prospect.answer.claim): line.prospect.answer.claim.asked_by
        for line in lines
    }
    counts: Counts = {}
    for where, place, fields in read_claims(file, EARLIER):
        for column, choices in (("answer", ANSWERS), ("asked_by", tuple(ASKERS))):
            if fields[column] not in choices:
                raise StoreError(f"{where}: {column} {fields[column]!r} is unknown; write one of {', '.join(choices)}")
        counts.setdefault((place[0], askers.get(place, fields["asked_by"])), Counter())[fields["answer"]] += 1
    return counts


def answers_by_paper(lines: Sequence[ClaimLine], before: Counts) -> tuple[list[list[object]], Sequence[str]]:
    """Return the rows and the heads of a table with the number of answers, beside those of an earlier state.

    Claims of the papers come first, then the questions of srbench.

    Args:
        lines: All claims that are measured.
        before: Earlier answers (`earlier_answers`); empty: there are no columns for them.
    """
    now: Counts = {}
    for line in lines:
        prospect = line.prospect
        counts = now.setdefault((line.plugin, prospect.answer.claim.asked_by), Counter())
        elsewhere = prospect.below_print and prospect.printed is not None and bool(prospect.printed.elsewhere)
        counts.update([prospect.answer.holds, *([FIRM[prospect.answer.holds]] if prospect.answer.firm else [])])
        counts.update({EXCLUDED: prospect.below_print, ELSEWHERE: elsewhere})

    now |= {place: Counter() for place in before if place not in now}  # a paper may have lost all of its lines

    def row(name: str, places: Sequence[tuple[str, str]]) -> list[object]:
        numbers = [sum(now[place][key] for place in places) for key in COUNTED]
        earlier = [sum(before.get(place, Counter())[key] for place in places) for key in ANSWERS if before]
        return [name, *numbers, *earlier]

    rows = []
    for asker, title in ASKERS.items():
        places = [place for place in now if place[1] == asker]
        rows += [row(markdown(plugin) + f" ({title})" * (asker != "paper"), [(plugin, asker)]) for plugin, _ in places]
        rows += [row(f"all {title}", places)] * bool(places)
    return [*rows, row("all", list(now))], ("", *COUNTED, *(f"before: {answer}" for answer in ANSWERS if before))


def remarks(lines: Sequence[ClaimLine], before: Counts) -> list[str]:
    """Return paragraphs on what the counts of `answers_by_paper` mean. Arguments are those of `answers_by_paper`."""
    paragraphs = [_worded(lines), _repeated(lines), _post_hoc(lines), _corrections(lines), _before(lines, before)]
    return list(filter(None, paragraphs))


def _worded(lines: Sequence[ClaimLine]) -> str:
    """Return how many claims are answered if a claim counts once for all its datasets and scales."""
    answered = {answer: {_words(line) for line in lines if line.prospect.answer.holds == answer} for answer in ANSWERS}
    both = answered["yes"] & answered["no"]
    return (
        "Each line of the tables below counts, and a claim has one for each dataset and scale. Counted by words and "
        f"metric alone, there is a yes to {len(answered['yes'])} claims and a no to {len(answered['no'])}"
        f"{f', {len(both)} in both, by dataset or scale' if both else ''}."
    )


def _words(line: ClaimLine) -> tuple[str, str, str, str]:
    claim = line.prospect.answer.claim
    return line.plugin, line.table, claim.text, claim.column.metric


def _repeated(lines: Sequence[ClaimLine]) -> str:
    """Return how many lines compare the trainings of another line, and their answers; empty if none does."""
    again = _repetitions(lines)
    if not again:
        return ""
    tables = dict.fromkeys(f"{line.plugin} Table {line.table}" for line in again)
    return (
        "Lines that compare the trainings of another line, all of them or the first seeds, are no further answers; "
        f"there are {len(again)} ({markdown(', '.join(tables))}): {_by_answer(again)}."
    )


def _repetitions(lines: Sequence[ClaimLine]) -> list[ClaimLine]:
    """Return the lines whose differences by seed another line has too, which may have more seeds.

    Of two lines with as many seeds the second is returned.
    """
    again = []
    seen: dict[tuple[str, Column], list[ClaimAnswer]] = {}
    for line in sorted(lines, key=lambda line: -len(line.prospect.answer.by_seed)):
        answer = line.prospect.answer
        earlier = seen.setdefault((line.plugin, answer.claim.column), [])
        if any(_same_start(answer.by_seed, other.by_seed) for other in earlier):
            again.append(line)
        earlier.append(answer)
    return again


def _same_start(values: Sequence[float], others: Sequence[float]) -> bool:
    """Return whether all `values` are the first of `others`, or those with the other sign."""
    pairs = list(zip(values, others, strict=False))
    return any(
        all(math.isclose(value, sign * other, rel_tol=1e-9, abs_tol=1e-12) for value, other in pairs)
        for sign in (1, -1)
    )


def _post_hoc(lines: Sequence[ClaimLine]) -> str:
    """Return how the claims were answered that were added after their values had been seen; empty if there are none."""
    added = [line for line in lines if line.post_hoc]
    return f"{len(added)} of the {len(lines)} lines are post hoc: {_by_answer(added)}." if added else ""


def _by_answer(lines: Iterable[ClaimLine]) -> str:
    """Return the number of each answer in words, and of the firm ones: ``2 yes (1 firm), 0 no (0 firm) and ...``."""
    answers = [line.prospect.answer for line in lines]
    counts = Counter(answer.holds for answer in answers)
    firm = Counter(answer.holds for answer in answers if answer.firm)
    yes, no = (f"{counts[holds]} {holds} ({firm[holds]} firm)" for holds in FIRM)
    return f"{yes}, {no} and {counts['undecided']} undecided"


def _corrections(lines: Sequence[ClaimLine]) -> str:
    """Return over how many tests p values are corrected, and how many exclusions would stand such a correction."""
    families = {
        (line.plugin, line.table, line.prospect.answer.claim.asked_by) for line in lines if line.prospect.answer.tested
    }
    text = (
        f"Answers are corrected within {counted(len(families), 'family', 'families')}, the paper's claims or srbench's "
        f"questions of one table, each held at {SIGNIFICANCE}, and not over all of them: were there no difference "
        f"anywhere, {SIGNIFICANCE * len(families):.1f} families with a wrong answer would still be expected."
    )
    excluded = [line.prospect for line in lines if line.prospect.below_print]
    if not excluded:
        return text
    still = sum(prospect.below_print_corrected for prospect in excluded)
    return (
        f"{text} Intervals aren't corrected: of {counted(len(excluded), 'printed effect')} that they exclude, {still} "
        "would stay excluded by intervals as wide as the number of claims of the table asks for."
    )


def _before(lines: Sequence[ClaimLine], before: Counts) -> str:
    """Return what the earlier answers are; empty if there are none."""
    if not before:
        return ""
    new = len(lines) - sum(counts.total() for counts in before.values())
    return (
        "Before: as committed at the start, by two tests, over images and over seeds, not corrected, "
        f"under whoever asks a claim now{f'; {new} claims had no line then' if new > 0 else ''}."
    )
