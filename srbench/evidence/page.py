"""The page of evidence: a line for each claim that is measured, paper by paper, in Markdown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.errors import StoreError
from srbench.escape import markdown
from srbench.evidence.claim_files import place_of, read_claims
from srbench.render.answer import excluded_print, outlook, p_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.evidence.claim_lines import ClaimLine
    from srbench.registry import Plugin

ANSWERS = ("yes", "no", "undecided")
FIRM = {"yes": "firm yes", "no": "firm no"}
EXCLUDED, ELSEWHERE = "printed effect excluded", "of these printed for another dataset"
COUNTED = ("yes", FIRM["yes"], "no", FIRM["no"], "undecided", EXCLUDED, ELSEWHERE)
"""Columns of the table "Answers by paper"; a firm answer counts as the answer too."""
HEAD = """# Evidence

What the papers claim of two rows of a table, and what was measured here, mostly with reduced networks on small budgets:
an answer is about the claim's direction in such trainings. This page is written by `srbench power --page` from the
records of runs; don't edit it.{reading}

- **claim**: one row against another, in one metric on one dataset; "(asked by srbench)": not the paper's, and
  corrected apart; "(post hoc)": added, or moved to srbench's questions, after its values had been seen, so that
  its answer tests nothing that was laid down before. A claim on several datasets has a line for each, from the same
  trainings.
- **printed**: the printed value of the row that is named first minus that of the other; in brackets the dataset that it
  is printed for, where that is not the one measured here. PSNR is in dB. LPIPS is better where it is lower, so that a
  negative difference is in favour of the row that is named first.
- **measured**: the same difference here, the mean over seeds and images, with its 95 % interval. Seeds and images are
  both random; where there is a single seed only the images are, and the interval is silent about other seeds.
- **p**: two-sided, for no difference, corrected for the claims of the table (Holm); – with fewer than three seeds,
  which can't decide. **careful p**: with the degrees of freedom of the seeds alone, corrected likewise. It is too large
  where images differ more than seeds, but never too small, as p is where few seeds differ more than images.
- **seeds**: trainings of each row; – where nothing was trained here. **images**: of the dataset.
- **answer**: yes or no if p is below 0.05, by the sign of the difference; firm, and in bold, if careful p is too.
- **power**: the chance with which so many seeds show an effect of the printed size, at 0.05 over the number of claims
  of the table: 0 % with fewer than three seeds, which can't decide. It rests on the noise between seeds, itself an
  estimate from a few of them; – where there is none. Where nothing is printed it is that of the measured effect, which
  says no more than p does.
- **detectable**: the smallest true effect, in either direction, that so many seeds would show with a power of 80 %, by
  the same noise and at the same level. An undecided claim leaves smaller effects open; – with fewer than three seeds.
- **what is open**: the seeds that would give an answer, firm or not, with a power of 80 % (for a claim with fewer than
  three seeds by the noise of other claims); or that the 95 % interval, not corrected, excludes an effect as large as
  the printed one: the direction may be right and the size not. If it is printed for another dataset, the images can be
  the reason too.

Where a table was run with several numbers of seeds, a claim is that of the run with the most, whatever it says.
"""
EARLIER = ("asked_by", "answer")
"""Columns of a file of earlier answers beside those that name a claim."""
COLUMNS = (
    *("claim", "metric", "printed", "measured", "p", "careful p", "seeds", "images", "answer", "power", "detectable"),
    "what is open",
)


READING = (
    ("[Statistics]({}) has the rules.", "explanation/statistics.md"),
    ("The [plan]({}) says what is trained next, with costs.", "../results/evidence/plan.md"),
    ("The [experiments]({}) ask why an answer contradicts a paper.", "../results/evidence/experiments.md"),
)
"""Sentences on what else there is to read, each with a file beside the page: a page elsewhere has no such links."""


def evidence_page(
    lines: Sequence[ClaimLine],
    earlier: Path | None = None,
    plugins: Iterable[Plugin] = (),
    folder: Path | None = None,
) -> str:
    """Return the text of ``docs/evidence.md``.

    Args:
        lines: All claims that are measured.
        earlier: CSV file with answers of an earlier state (`EARLIER`), which are counted in columns of their own, by
            whoever asks the claim now; None, or a missing file: there are no such columns.
        plugins: Plugins whose claims are named where nothing is measured for them.
        folder: Folder that the page is written to, for its links; None: it has none.

    Raises:
        StoreError: if the file of earlier answers is damaged.
    """
    before = _earlier_answers(earlier, lines) if earlier is not None and earlier.is_file() else {}
    reading = "".join(
        f"\n{sentence.format(file)}" for sentence, file in READING if folder is not None and (folder / file).is_file()
    )
    head = HEAD.replace("{reading}", reading)
    sections = [head, "## Answers by paper", _counts(lines, before), _not_measured(plugins, lines)]
    sections = [section for section in sections if section]
    for plugin in dict.fromkeys(line.plugin for line in lines):
        sections.append(f"## {markdown(plugin)}")
        plugin_lines = [line for line in lines if line.plugin == plugin]
        for table in dict.fromkeys(line.table for line in plugin_lines):
            table_lines = [line for line in plugin_lines if line.table == table]
            options = dict.fromkeys(line.prospect.answer.options for line in table_lines)
            sections.append(f"### Table {markdown(table)}")
            sections.append(
                f"Options of the run: {', '.join(f'`{label}`' for label in options)}. {_rows_measured(table_lines)}"
            )
            sections.append(_pipe([_cells(line) for line in table_lines], COLUMNS))
    return "\n\n".join(section.strip() for section in sections) + "\n"


_Counts = dict[tuple[str, str], Counter[str]]
"""Number of each answer, by plugin and by who asks: ``paper`` or ``srbench``."""


def _earlier_answers(file: Path, lines: Sequence[ClaimLine]) -> _Counts:
    """Return the number of each answer in a CSV file, by plugin and by who asks the claim now.

    Raises:
        StoreError: if it is damaged; the message names the line.
    """
    askers = {
        place_of(line.plugin, line.table, line.prospect.answer.claim): line.prospect.answer.claim.asked_by
        for line in lines
    }
    counts: _Counts = {}
    for where, place, fields in read_claims(file, EARLIER):
        if fields["answer"] not in ANSWERS:
            raise StoreError(f"{where}: answer {fields['answer']!r} is unknown; write one of {', '.join(ANSWERS)}")
        counts.setdefault((place[0], askers.get(place, fields["asked_by"])), Counter())[fields["answer"]] += 1
    return counts


def _counts(lines: Sequence[ClaimLine], before: _Counts) -> str:
    """Return the table of the number of answers, beside those of an earlier state if there is one.

    Claims of the papers come first, then the questions of srbench.
    """
    now: _Counts = {}
    for line in lines:
        prospect = line.prospect
        counts = now.setdefault((line.plugin, prospect.answer.claim.asked_by), Counter())
        elsewhere = prospect.below_print and prospect.printed is not None and bool(prospect.printed.elsewhere)
        counts.update([prospect.answer.holds, *([FIRM[prospect.answer.holds]] if prospect.answer.firm else [])])
        counts.update({EXCLUDED: prospect.below_print, ELSEWHERE: elsewhere})

    def row(name: str, places: Sequence[tuple[str, str]]) -> list[object]:
        numbers = [sum(now[place][key] for place in places) for key in COUNTED]
        earlier = [sum(before.get(place, Counter())[key] for place in places) for key in ANSWERS if before]
        return [name, *numbers, *earlier]

    head = ("", *COUNTED, *(f"before: {answer}" for answer in ANSWERS if before))
    rows = []
    for asker, title in (("paper", "claims of papers"), ("srbench", "asked by srbench")):
        places = [place for place in now if place[1] == asker]
        rows += [row(markdown(plugin) + f" ({title})" * (asker != "paper"), [(plugin, asker)]) for plugin, _ in places]
        rows += [row(f"all {title}", places)] * bool(places)
    text = _pipe([*rows, row("all", list(now))], head)
    text += "".join(f"\n\n{sentences}" for sentences in (_worded(lines), _added(lines)) if sentences)
    if not before:
        return text
    new = len(lines) - sum(before[place].total() for place in now if place in before)
    return (
        f"{text}\n\nBefore: as committed at the start, by two tests, over images and over seeds, not corrected, "
        "under whoever asks a claim now"
        f"{f'; {new} claims had no line then' if new > 0 else ''}."
    )


def _worded(lines: Sequence[ClaimLine]) -> str:
    """Return how many claims the answers are about if each counts once, and how many lines say the same twice."""
    answered = {answer: {_words(line) for line in lines if line.prospect.answer.holds == answer} for answer in ANSWERS}
    text = (
        "Each line of the tables below counts, and a claim has one for each dataset and scale. Counted by words and "
        f"metric alone, there is a yes to {len(answered['yes'])} claims and a no to {len(answered['no'])}"
        f"{f', {len(both)} in both, by dataset or scale' if (both := answered['yes'] & answered['no']) else ''}."
    )
    values = Counter(
        (line.plugin, line.prospect.answer.claim.column, line.prospect.answer.test.difference) for line in lines
    )
    twice = sum(count - 1 for count in values.values())
    return text + f" {twice} lines have the values of another line: two tables compare the same networks." * bool(twice)


def _added(lines: Sequence[ClaimLine]) -> str:
    """Return how the claims were answered that were added after their values had been seen; empty if there are none."""
    answers = [line.prospect.answer for line in lines if line.post_hoc]
    if not answers:
        return ""
    counts = Counter(answer.holds for answer in answers)
    firm = Counter(answer.holds for answer in answers if answer.firm)
    return (
        f"{len(answers)} of the {len(lines)} lines are post hoc: {counts['yes']} yes ({firm['yes']} firm), "
        f"{counts['no']} no ({firm['no']} firm) and {counts['undecided']} undecided."
    )


def _not_measured(plugins: Iterable[Plugin], lines: Sequence[ClaimLine]) -> str:
    """Return how many claims have no line, table by table; empty if all have."""
    measured = {(line.plugin, line.table, line.prospect.answer.claim) for line in lines}
    left: dict[str, list[str]] = {}
    for plugin in plugins:
        for table in plugin.tables.values():
            claims = [claim for claim in table.claims if (plugin.name, table.id, claim) not in measured]
            left |= {f"{plugin.name} Table {table.id}": [claim.column.dataset for claim in claims]} if claims else {}
    if not left:
        return ""
    places = (f"{table}, {len(sets)} on {', '.join(dict.fromkeys(sets))}" for table, sets in left.items())
    return (
        f"{sum(map(len, left.values()))} more claims have no line, since their images aren't here or their networks "
        "weren't trained or measured there: "
        f"{markdown('; '.join(places))}."
    )


def _rows_measured(lines: Sequence[ClaimLine]) -> str:
    """Return which rows of a table its claims were measured with: the paper's, or reduced ones in their place."""
    reduced = sum(line.prospect.answer.reduced for line in lines)
    if not reduced:
        return "Measured with the paper's networks."
    if reduced == len(lines):
        return "Measured with reduced networks in place of the paper's."
    return (
        f"Measured with reduced networks in place of the paper's in {reduced} of {len(lines)} claims, with the paper's "
        "in the others."
    )


def _words(line: ClaimLine) -> tuple[str, str, str, str]:
    claim = line.prospect.answer.claim
    return line.plugin, line.table, claim.text, claim.column.metric


def _cells(line: ClaimLine) -> list[str]:
    """Return the texts of a claim's line under `COLUMNS`."""
    prospect = line.prospect
    answer, printed = prospect.answer, prospect.printed
    test, decimals = answer.test, answer.metric.decimals + 1
    column = answer.claim.column
    where = f"{answer.metric.title or answer.metric.name} {column.dataset} x{column.scale:g}"
    limits = ", ".join(f"{limit:+.{decimals}f}" for limit in test.interval or ())
    in_print = "–"
    if printed:
        in_print = f"{printed.difference:+.{decimals}f}" + (
            f" ({markdown(printed.elsewhere)})" if printed.elsewhere else ""
        )
    return [
        markdown(line.asked),
        markdown(where),
        in_print,
        f"{test.difference:+.{decimals}f}" + f" [{limits}]" * bool(limits),
        *(p_text(p).removeprefix("p = ") if answer.tested else "–" for p in (answer.p_holm, answer.p_fewest)),
        str(test.seeds) if answer.trained else "–",
        str(test.images),
        f"**{answer.holds}**" if answer.firm else answer.holds,
        "–" if prospect.power is None else f"{prospect.power:.0%}".replace("%", " %"),
        "–" if prospect.detectable is None else f"{prospect.detectable:.{decimals}f}",
        markdown(outlook(prospect) or excluded_print(prospect)),
    ]


def _pipe(rows: Iterable[Sequence[object]], head: Sequence[str]) -> str:
    return tabulate(rows, head, tablefmt="pipe", disable_numparse=True)
