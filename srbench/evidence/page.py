"""The page of evidence: a line for each claim that is measured, paper by paper, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.escape import markdown
from srbench.evidence.summary import answers_by_paper, earlier_answers, remarks
from srbench.render.answer import excluded_print, outlook, p_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.evidence.claim_lines import ClaimLine
    from srbench.registry import Plugin

HEAD = """# Evidence

What the papers claim of two rows of a table, and what was measured here, mostly with reduced networks on small budgets:
an answer is about the claim's direction in such trainings. This page is written by `srbench power --page` from the
records of runs; don't edit it.{reading}

- **claim**: one row against another, in one metric on one dataset; "(asked by srbench)": not the paper's, and
  corrected apart; "(post hoc)": added, or moved to srbench's questions, after its values had been seen, so that
  its answer tests nothing that was laid down before. A claim on several datasets has a line for each, from the same
  trainings, and tables share networks, so that lines aren't independent of each other.
- **printed**: the printed value of the row that is named first minus that of the other; in brackets the dataset that it
  is printed for, where that is not the one measured here. PSNR is in dB. LPIPS is better where it is lower, so that a
  negative difference is in favour of the row that is named first.
- **measured**: the same difference here, the mean over seeds and images, with its 95 % interval. Seeds and images are
  both random; where there is a single seed only the images are, and the interval is silent about other seeds.
- **p**: two-sided, for no difference, corrected for the claims of the table (Holm); – with fewer than three seeds,
  which can't decide. **careful p**: with the degrees of freedom of the seeds alone (of the images, where those are
  fewer), corrected likewise. It is too large where images differ more than seeds but, if the noise is normal, not too
  small, as p is where few seeds differ more than images.
- **seeds**: trainings of each row; – where nothing was trained here. **images**: of the dataset.
- **answer**: yes or no if p is below 0.05, by the sign of the difference; firm, and in bold, if careful p is too.
- **power**: the chance with which so many seeds show an effect of the printed size, at 0.05 over the number of claims
  of the table: 0 % with fewer than three seeds, which can't decide. It rests on the noise between seeds, itself an
  estimate from a few of them; – where there is none. Where nothing is printed it is that of the measured effect, which
  says no more than p does.
- **detectable**: the smallest true effect, in either direction, that so many seeds would show with a power of 80 %, by
  the same noise and at the same level; one of five effects of this size would be missed. It is about the trainings, and
  which effects stay open the interval says; – with fewer than three seeds.
- **what is open**: the seeds that would give an answer, firm or not, with a power of 80 % (for a claim with fewer than
  three seeds by the noise of other claims); or that the 95 % interval, not corrected, excludes an effect as large as
  the printed one: the direction may be right and the size not. If it is printed for another dataset, the images can be
  the reason too.

Where a table was run with several numbers of seeds, a claim is that of the run with the most, whatever it says.
"""
COLUMNS = (
    *("claim", "metric", "printed", "measured", "p", "careful p", "seeds", "images", "answer", "power", "detectable"),
    "what is open",
)


READING = (
    ("[Statistics]({}) has the rules.", "explanation/statistics.md"),
    ("The [plan]({}) says what is trained next, with costs.", "../results/evidence/plan.md"),
    ("The [experiments]({}) ask why an answer, or its size, isn't the paper's.", "../results/evidence/experiments.md"),
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
        earlier: CSV file with answers of an earlier state (`earlier_answers`), which are counted in columns of their
            own, by whoever asks the claim now; None, or a missing file: there are no such columns.
        plugins: Plugins whose claims are named where nothing is measured for them, and whose earlier answers are
            counted; empty: no claim is named, and all earlier answers are counted.
        folder: Folder that the page is written to, for its links; None: it has none.

    Raises:
        StoreError: if the file of earlier answers is damaged.
    """
    plugins = list(plugins)
    before = earlier_answers(earlier, lines) if earlier is not None and earlier.is_file() else {}
    shown = {plugin.name for plugin in plugins}
    before = {place: counts for place, counts in before.items() if not shown or place[0] in shown}
    reading = "".join(
        f"\n{sentence.format(file)}" for sentence, file in READING if folder is not None and (folder / file).is_file()
    )
    head = HEAD.replace("{reading}", reading)
    sections = [head, "## Answers by paper", _pipe(*answers_by_paper(lines, before)), *remarks(lines, before)]
    sections += filter(None, [_not_measured(plugins, lines)])
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
            sections += [f"Notes on the table: {markdown(' '.join(table_lines[0].notes))}"] * bool(table_lines[0].notes)
    return "\n\n".join(section.strip() for section in sections) + "\n"


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


def _cells(line: ClaimLine) -> list[str]:
    """Return the texts of a claim's line under `COLUMNS`."""
    prospect = line.prospect
    answer, printed = prospect.answer, prospect.printed
    test, decimals = answer.test, answer.metric.decimals + 1
    column = answer.claim.column
    where = f"{answer.metric.title or answer.metric.name} {column.place}".rstrip()
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
