"""Results as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.bench.power.prospects import prospects
from srbench.escape import markdown, markdown_code, markdown_prose
from srbench.render.answer import CLAIMS
from srbench.render.markup.best import Best
from srbench.render.markup.claim_table import answer_lines, claim_table
from srbench.render.markup.parts import measured_parts, printed_parts
from srbench.render.markup.place import common_place
from srbench.render.numbers import cell_text, published_text
from srbench.render.ranks import reference_rank
from srbench.render.remarks import circumstances, heading, legend, missing, noticed, order, tally
from srbench.stats.power import FEWEST_SEEDS
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.power.prospects import Prospect
    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.render.markup.parts import Part, Text

FILES = (
    "Beside this page: `.cells.csv` has one line for each number, in full precision, for sheets and scripts; `.csv` "
    "has the paper's layout, four columns for each of its columns; `.tex` is for LaTeX."
)


def to_markdown(result: Result) -> str:
    """Return a table as Markdown: measured numbers, claims, printed numbers, missing cells and remarks.

    The measured numbers come first, in the paper's layout or in parts (`srbench.render.markup.parts`). Printed numbers
    of rows that are not measured are folded.
    """
    lines = circumstances(result, markdown, markdown_code)
    banner, protocol = (f"**{lines.pop(0)}**" if result.demo else ""), lines.pop(0)
    claimed = prospects(result)
    tables, folded = _tables(result)
    parts = [
        f"# {markdown(heading(result))}" + _place(result),
        banner,
        f"**{tally(result, signed=True)}.**",
        protocol,
        *tables,
        "\n".join(f"- {line}" for line in order(result, markdown)),
        *(
            _claims(title, [claim for claim in claimed if claim.answer.claim.asked_by == whose])
            for whose, title in CLAIMS.items()
        ),
        *folded,
        list_section("Not measured", missing(result, markdown)),
        list_section("Rules and LR images", lines),
        list_section("Remarks", [*noticed(result, markdown), *map(markdown_prose, result.table.notes)]),
        FILES if result.plugin else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _place(result: Result) -> str:
    place = common_place(result)
    return f" ({markdown(place)})" if place else ""


def _tables(result: Result) -> tuple[list[str], list[str]]:
    """Return the measured parts with their legend, and the printed numbers that they lack, folded."""
    best = Best.of(result)

    def cell(entry: TableEntry | None) -> str:
        bold = entry is not None and best.rank(entry) == 1
        return cell_text(entry, reference_rank(result, entry), "**{}**".format if bold else str)

    def printed(entry: TableEntry | None) -> str:
        return published_text(entry) if entry else ""

    measured = measured_parts(result, cell)
    emphasis = f"**Bold**: best of {best.rule}." if best.rule else ""
    tables = [*_titled(measured, cell, "## {}"), " ".join(filter(None, (legend(result), emphasis)))]
    left = printed_parts(result, measured, printed)
    count = sum(len(part.grid.entries) for part in left)
    summary_line = f"Printed, not measured: {counted(count, 'number')}"
    fold = f"<details>\n<summary>{summary_line}</summary>", *_titled(left, printed, "**{}**"), "</details>"
    return tables, [*fold] if left else []


def _titled(parts: Sequence[Part], text: Text, title: str) -> list[str]:
    texts = []
    for part in parts:
        if part.title:
            texts.append(title.format(markdown(part.title)))
        labels = len(part.grid.row_axes)
        lines = [[*map(markdown, line[:labels]), *line[labels:]] for line in part.grid.texts(text)]
        texts.append(_pipe(lines, part.grid.header()))
    return texts


def _claims(title: str, claimed: Sequence[Prospect]) -> str:
    """Return a heading, a table of the answers and its legend; empty without answers."""
    if not claimed:
        return ""
    table = claim_table(claimed)

    def cell(prospect: Prospect | None) -> str:
        if prospect is None:
            return ""
        holds, *statistics = answer_lines(prospect)
        whose = " (reduced rows)" if prospect.answer.reduced and not table.reduced else ""
        return "<br>".join([f"**{holds}**{whose}", *statistics])

    lines = [
        [*map(markdown, labels), *map(cell, line)] for labels, line in zip(table.lines, table.answers, strict=True)
    ]
    whose = "The reduced rows stand in for the paper's. " if table.reduced else ""
    trained = any(claim.answer.trained for claim in claimed)
    over = "seeds and images" if trained else "images"
    key = f"Cells: answer; difference of the means, 95 % interval; p of the test over {over}"
    key += ", corrected for the claims here (Holm), which decides"
    key += f"; each seed's difference ({FEWEST_SEEDS} seeds or more decide)." if trained else "."
    return "\n\n".join([f"## {title}", _pipe(lines, table.header), whose + key])


def _pipe(lines: Sequence[Sequence[str]], header: Sequence[str]) -> str:
    return tabulate(lines, [*map(markdown, header)], tablefmt="pipe", disable_numparse=True)


def list_section(title: str, lines: Sequence[str]) -> str:
    """Return a heading and `lines`, which are Markdown, as a list below it; empty without lines."""
    return "\n".join([f"## {title}", "", *(f"- {line}" for line in lines)]) if lines else ""
