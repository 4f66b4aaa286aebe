"""Page a paper, generated from its plugin and `results/`: what is printed, measured and missing, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.bench.measurable import STATES, printed_numbers
from srbench.bench.results.cells_file import read_cells
from srbench.bench.results.verdict import Verdict
from srbench.catalog import load_catalog
from srbench.escape import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.application import Sphinx

    from srbench.bench.measurable import PrintedNumber
    from srbench.registry import Plugin
    from srbench.specs.table import Column, Table

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"
STATE_TITLES = {
    "measured": "measured",
    "here": "measurable anywhere",
    "needs": "needs data, weights or training",
    "never": "by nobody",
}
"""Headings of the counts, by `srbench.bench.measurable.State`."""


def _write(app: Sphinx) -> None:
    """Write ``papers/<plugin>.md`` for every plugin with tables.

    No data root is given, so a page does not depend on what the building machine has.
    """
    folder = Path(app.srcdir) / "papers"
    folder.mkdir(exist_ok=True)
    catalog = load_catalog()
    numbers = printed_numbers(catalog, (), RESULTS)
    for plugin in catalog.plugins.values():
        if of_plugin := [number for number in numbers if number.plugin == plugin.name]:
            page = folder / f"{plugin.name}.md"
            text = _page(plugin, of_plugin)
            if not page.is_file() or page.read_text(encoding="utf-8") != text:  # an unchanged page isn't built again
                page.write_text(text, encoding="utf-8")


def _page(plugin: Plugin, numbers: Sequence[PrintedNumber]) -> str:
    """Return the Markdown of the page of `plugin`."""
    by_table = defaultdict(list)
    for number in numbers:
        by_table[number.table].append(number)
    head = ("table", "title", "printed", *(STATE_TITLES[state] for state in STATES), "reproduced")
    lines, sections = [], []
    for table in plugin.tables.values():
        of_table = by_table[table.id]
        states = Counter(number.state for number in of_table)
        cells = read_cells(RESULTS, plugin.name, table.id)
        agreeing = sum(Verdict(cell.verdict).agrees for cell in cells.values() if cell.published is not None)
        counts = [states[state] for state in STATES]
        lines.append((table.id, markdown(table.title), len(of_table), *counts, agreeing))
        sections.append(_section(plugin, table, of_table))
    totals = ("all", "", *(sum(line[column] for line in lines) for column in range(2, len(head))))
    return "\n".join(
        (
            f"# {plugin.name}",
            "",
            *([f"{markdown(plugin.summary.rstrip('.'))}."] if plugin.summary else ()),
            f"The plugin's own page is `plugins/{plugin.name}/README.md` of the repository.",
            "",
            *_markdown_table(head, [*lines, totals]),
            "",
            *sections,
        )
    )


def _section(plugin: Plugin, table: Table, numbers: Sequence[PrintedNumber]) -> str:
    """Return the section of a table: measured values beside printed ones, then what is missing."""
    cells = read_cells(RESULTS, plugin.name, table.id)
    measured = [
        (markdown(cell.row), _place(cell.column), f"{cell.value:.6g}", f"{cell.published:.6g}", cell.verdict)
        for cell in cells.values()
        if cell.published is not None
    ]
    missing: dict[str, list[PrintedNumber]] = defaultdict(list)
    for number in numbers:
        if number.state in {"needs", "never"}:
            missing[number.reason or ", ".join(f"{lack.kind} {lack.name}" for lack in number.lacks)].append(number)
    lacking = [
        (markdown(_names(number.row for number in group)), len(group), markdown(reason))
        for reason, group in missing.items()
    ]
    return "\n".join(
        (
            f"## Table {table.id}: {markdown(table.title)}",
            "",
            "```",
            f"srbench run --plugin {plugin.name} --table {table.id}",
            "```",
            "",
            *(_markdown_table(("row", "what", "measured", "printed", "verdict"), measured) if measured else ()),
            "",
            *(_markdown_table(("rows not measured", "numbers", "why"), lacking) if lacking else ()),
            "",
        )
    )


def _place(column: Column) -> str:
    """Return the metric, dataset and scale of a column in words."""
    scale = "" if column.scale is None else f"x{column.scale:g}"
    return markdown(" ".join(filter(None, (column.metric, column.dataset, scale))))


def _names(labels: Iterable[str]) -> str:
    """Return the labels without repetition."""
    return ", ".join(dict.fromkeys(labels))


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a Markdown table, whose cells are escaped already."""
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(str(cell).replace('|', '&#124;') for cell in row)} |" for row in rows),
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True}
