"""The page of evidence: a line for each claim that is measured, paper by paper, in Markdown."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.escape import markdown
from srbench.render.answer import excluded_print, outlook, p_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from srbench.evidence.claim_lines import ClaimLine

ANSWERS = ("yes", "no", "undecided")
HEAD = """# Evidence

What the papers claim of two rows of a table, and what was measured here, mostly with reduced networks on small budgets:
an answer is about the claim's direction in such trainings. [Statistics](explanation/statistics.md) has the rules, the
[plan](../results/evidence/plan.md) what is trained next, with costs, and the
[experiments](../results/evidence/experiments.md) ask why an answer contradicts a paper. This page is written from
`results/` by `srbench power --page docs/evidence.md`; don't edit it.

- **claim**: one row against another, in one metric on one dataset; "(asked by srbench)": not the paper's, and
  corrected apart.
- **printed**: the printed value of the row that is named first minus that of the other; in brackets the dataset that it
  is printed for, where that is not the one measured here. PSNR is in dB. LPIPS is better where it is lower, so that a
  negative difference is in favour of the row that is named first.
- **measured**: the same difference here, the mean over seeds and images, with its 95 % interval; both are random.
- **p**: two-sided, for no difference, corrected for the claims of the table (Holm); – with fewer than three seeds,
  which can't decide. **careful p**: with the degrees of freedom of the seeds alone, corrected likewise. It is too large
  where images differ more than seeds, but never too small, as p is where few seeds differ more than images
  ([statistics](explanation/statistics.md)).
- **seeds**: trainings of each row; – where nothing was trained here. **images**: of the dataset.
- **answer**: yes or no if p is below 0.05, by the sign of the difference; firm, and in bold, if careful p is too.
- **power**: the chance with which so many seeds show an effect of the printed size (of the measured one where nothing
  is printed), at 0.05 over the number of claims of the table. It rests on the noise between seeds, itself an estimate
  from a few of them, with fewer than three seeds that of other claims; – where there is none.
- **what is open**: the seeds that would decide, with a power of 80 %; or that the 95 % interval, not corrected,
  excludes an effect as large as the printed one: the direction may be right and the size not.

Where a table was run with several numbers of seeds, a claim is that of the run with the most, whatever it says.
"""
COLUMNS = (
    *("claim", "metric", "printed", "measured", "p", "careful p", "seeds", "images", "answer", "power"),
    "what is open",
)


def evidence_page(lines: Sequence[ClaimLine], earlier: Path | None = None) -> str:
    """Return the text of ``docs/evidence.md``.

    Args:
        lines: All claims that are measured.
        earlier: CSV file with answers of an earlier state (columns ``plugin`` and ``answer``), which are counted in
            columns of their own; None, or a missing file: there are no such columns.
    """
    before = _earlier_answers(earlier) if earlier is not None and earlier.is_file() else {}
    sections = [HEAD, "## Answers by paper", _counts(lines, before)]
    for plugin in dict.fromkeys(line.plugin for line in lines):
        sections.append(f"## {markdown(plugin)}")
        plugin_lines = [line for line in lines if line.plugin == plugin]
        for table in dict.fromkeys(line.table for line in plugin_lines):
            table_lines = [line for line in plugin_lines if line.table == table]
            options = dict.fromkeys(line.prospect.answer.options for line in table_lines)
            sections.append(f"### Table {markdown(table)}")
            sections.append(f"Options of the run: {', '.join(f'`{label}`' for label in options)}.")
            sections.append(_pipe([_cells(line) for line in table_lines], COLUMNS))
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _earlier_answers(file: Path) -> dict[str, Counter[str]]:
    """Return the number of each answer by plugin in a CSV file."""
    counts: dict[str, Counter[str]] = {}
    with file.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            counts.setdefault(line["plugin"], Counter())[line["answer"]] += 1
    return counts


def _counts(lines: Sequence[ClaimLine], before: Mapping[str, Counter[str]]) -> str:
    """Return the table of the number of answers by paper, beside those of an earlier state if there is one."""
    now: dict[str, Counter[str]] = {}
    excluded: Counter[str] = Counter()
    firm: Counter[str] = Counter()
    for line in lines:
        now.setdefault(line.plugin, Counter())[line.prospect.answer.holds] += 1
        excluded[line.plugin] += line.prospect.below_print
        firm[line.plugin] += line.prospect.answer.firm
    counted = (*ANSWERS, "answers that are firm", "printed effect excluded")
    head = ["paper", *counted, *(f"before: {answer}" for answer in ANSWERS if before)]
    rows = [
        [
            markdown(plugin),
            *(counts[answer] for answer in ANSWERS),
            firm[plugin],
            excluded[plugin],
            *(before.get(plugin, Counter())[answer] for answer in ANSWERS if before),
        ]
        for plugin, counts in now.items()
    ]
    total = ["all", *(sum(column) for column in zip(*(row[1:] for row in rows), strict=True))]
    text = _pipe([*rows, total], head)
    if not before:
        return text
    new = len(lines) - sum(before[plugin].total() for plugin in now if plugin in before)
    return (
        f"{text}\n\nBefore: as committed at the start, by two tests, over images and over seeds, not corrected"
        f"{f'; {new} claims were not asked then' if new > 0 else ''}."
    )


def _cells(line: ClaimLine) -> list[str]:
    """Return the texts of a claim's line under `COLUMNS`."""
    prospect = line.prospect
    answer, printed = prospect.answer, prospect.printed
    test, decimals = answer.test, answer.metric.decimals + 1
    column = answer.claim.column
    where = f"{answer.metric.title or answer.metric.name} {column.dataset} x{column.scale:g}"
    asked = "" if answer.claim.asked_by == "paper" else " (asked by srbench)"
    limits = ", ".join(f"{limit:+.{decimals}f}" for limit in test.interval or ())
    in_print = "–"
    if printed:
        in_print = f"{printed.difference:+.{decimals}f}" + (
            f" ({markdown(printed.elsewhere)})" if printed.elsewhere else ""
        )
    return [
        markdown(answer.claim.text) + asked,
        markdown(where),
        in_print,
        f"{test.difference:+.{decimals}f}" + f" [{limits}]" * bool(limits),
        *(p_text(p).removeprefix("p = ") if answer.tested else "–" for p in (answer.p_holm, answer.p_fewest)),
        str(test.seeds) if answer.trained else "–",
        str(test.images),
        f"**{answer.holds}**" if answer.firm else answer.holds,
        "–" if prospect.power is None else f"{prospect.power:.0%}".replace("%", " %"),
        markdown(outlook(prospect) or excluded_print(prospect)),
    ]


def _pipe(rows: Iterable[Sequence[object]], head: Sequence[str]) -> str:
    return tabulate(rows, head, tablefmt="pipe", disable_numparse=True)
