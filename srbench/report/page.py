"""The HTML page: templates, style and script from this package, and the data of the report, in one file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from srbench.bench.power.prospects import prospects
from srbench.render.answer import CLAIMS, claims
from srbench.render.grid import HEADINGS, lay_out
from srbench.render.markup.best import Best
from srbench.render.remarks import circumstances, heading, missing, noticed, order, signs_in_words, tally
from srbench.report.cells import Cells
from srbench.report.explanations import Explanations
from srbench.report.paper_summary import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.catalog import Catalog
    from srbench.render.grid import Grid
    from srbench.report.paper_summary import PaperSummary
    from srbench.report.tables import ReportedTable

SLIDER = "vendor/img-comparison-slider"
SCRIPTS = ("dom", "theme", "detail", "grids", "numbers", "board", "scenes", "trainings")
"""Parts of the page's script, each after those whose functions it uses."""


RANKS = ("", "best", "second")
"""Class of a cell by its rank among those of its column that can be compared."""


@dataclass(frozen=True)
class ReportContent:
    """Everything that a page shows."""

    tables: Sequence[ReportedTable]
    boards: Sequence[dict[str, Any]] = ()
    standings: Sequence[dict[str, Any]] = ()
    scenes: Sequence[dict[str, Any]] = ()
    trainings: Sequence[dict[str, Any]] = ()
    explanations: Explanations = field(default_factory=Explanations)
    """Results of ``srbench explain`` on cells."""
    version: str = ""
    """Version of srbench."""
    site: bool = False
    """Whether images lie in files beside the page."""
    written_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class PageCell:
    """A cell of a table in the paper's layout."""

    number: int
    """Number of the cell in the page's data; -1 for an empty place."""
    data: dict[str, Any]
    rank: str = ""
    """``best`` or ``second`` among the measured values of its column; else empty."""


@dataclass(frozen=True)
class PageLine:
    """A line of a table: its labels and cells."""

    labels: tuple[str, ...]
    cells: tuple[PageCell, ...]
    new_group: str = ""
    """Name of the group that begins with this line."""


@dataclass(frozen=True)
class PageTable:
    """A table in the paper's layout, with the text around it."""

    id: str
    plugin: str
    heading: str
    circumstances: list[str]
    label_heads: tuple[str, ...]
    column_heads: tuple[tuple[tuple[str, int], ...], ...]
    """One line of headings for each axis across: text, and the number of columns that it spans."""
    column_groups: tuple[str, ...]
    """First heading of each column, by which columns are folded."""
    lines: tuple[PageLine, ...]
    sortable: bool
    """Whether the numbers of a column are of one kind: methods are lines."""
    signs: str
    """Signs of the verdicts with their words; empty if there are none."""
    rivals: str
    """Rows whose numbers compete for the best of a column; empty if no column has a best number."""
    tally: str
    claims: dict[str, list[str]]
    order: list[str]
    missing: list[str]
    remarks: list[str]


def render_page(content: ReportContent, catalog: Catalog) -> str:
    """Return the page as HTML.

    Its content security policy allows scripts and styles by their hashes alone, and nothing may be fetched but images
    beside the page, if `content` has such.

    Args:
        content: Everything that the page shows.
        catalog: The catalog, for the origin of weights.
    """
    cells = Cells(catalog, content.explanations)
    by_plugin: dict[str, list[ReportedTable]] = {}
    for table in content.tables:
        by_plugin.setdefault(table.plugin.name, []).append(table)
    numbers: dict[int, int] = {}  # number of the cell by id of the entry, for the links of the overview
    papers: list[tuple[PaperSummary, list[PageTable]]] = [
        (summarise(tables, catalog), [_page_table(table, cells, numbers) for table in tables])
        for tables in by_plugin.values()
    ]
    data = {
        **cells.document(),
        "boards": list(content.boards),
        "standings": list(content.standings),
        "scenes": list(content.scenes),
        "trainings": list(content.trainings),
        "site": content.site,
    }
    style = "\n".join([_asset("report.css"), _asset(f"{SLIDER}/styles.css")])
    scripts = [_asset(f"{SLIDER}/index.js"), "".join(_asset(f"js/{name}.js") for name in SCRIPTS)]
    environment = Environment(
        loader=PackageLoader("srbench.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"slug": _slug, "code": _code, "id": id}
    return environment.get_template("report.html.j2").render(
        papers=papers,
        overview=sorted(papers, key=lambda paper: -paper[0].measured),
        numbers=numbers,
        cells=cells.cells,
        policy=_policy(style, scripts, site=content.site),
        style=Markup(style),  # noqa: S704 - a file of this package
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - files of this package
        data=Markup(_json(data)),  # noqa: S704 - escaped for a script element
        content=content,
        written_at=content.written_at.strftime("%Y-%m-%d %H:%M UTC"),
        slider_version=_asset(f"{SLIDER}/VERSION").strip(),
        slider_licence=_asset(f"{SLIDER}/LICENSE"),
    )


def _page_table(table: ReportedTable, cells: Cells, numbers: dict[int, int]) -> PageTable:
    """Return the table for the page, and add its cells to `cells` and their numbers, by id of the entry."""
    result, first = table.result, cells.add_table(table)
    grid = lay_out(result)
    number = {id(reported.entry): first + place for place, reported in enumerate(table.entries)}
    numbers |= number
    best = Best.of(result)
    lines, group = [], ""
    for line in grid.lines:
        placed = [grid.entries.get((line, column)) for column in grid.columns]
        line_group = "" if grid.methods_across else grid.groups.get(line, "")
        new_group, group = (line_group if line_group != group else ""), line_group
        page_cells = tuple(
            PageCell(-1, {})
            if entry is None
            else PageCell(number[id(entry)], cells.cells[number[id(entry)]], RANKS[best.rank(entry)])
            for entry in placed
        )
        lines.append(PageLine(line, page_cells, new_group))
    claimed = prospects(result)
    return PageTable(
        id=result.table.id,
        plugin=result.plugin,
        heading=heading(result),
        circumstances=circumstances(result),
        label_heads=tuple(HEADINGS[axis] for axis in grid.row_axes),
        column_heads=_column_heads(grid),
        column_groups=tuple(column[0] if column else "" for column in grid.columns),
        lines=tuple(lines),
        sortable=not grid.methods_across,
        signs=signs_in_words(result),
        rivals=best.rule,
        tally=tally(result),
        claims={title: claims(claimed, asked_by) for asked_by, title in CLAIMS.items()},
        order=order(result),
        missing=missing(result),
        remarks=[*noticed(result), *result.table.notes],
    )


def _column_heads(grid: Grid) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Return the headings of each axis across, equal neighbours joined under one outer heading."""
    levels = []
    for level in range(len(grid.column_axes)):
        heads: list[tuple[tuple[str, ...], int]] = []
        for column in grid.columns:
            path = column[: level + 1]
            if heads and heads[-1][0] == path:
                heads[-1] = (path, heads[-1][1] + 1)
            else:
                heads.append((path, 1))
        levels.append(tuple((path[-1], count) for path, count in heads))
    return tuple(levels)


def _asset(name: str) -> str:
    return (files("srbench.report") / "templates" / name).read_text(encoding="utf-8")


def _policy(style: str, scripts: Sequence[str], *, site: bool) -> str:
    """Return the content security policy: nothing but the page's own text, and images of the page or beside it."""
    allowed = " ".join(_hash(script) for script in scripts)
    images = "data: file: 'self'" if site else "data:"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)} 'unsafe-inline'; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _code(words: str) -> Markup:
    """Return a line of text with the parts between backticks as code."""
    parts = words.split("`")
    marked = (Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts))
    return Markup("").join(marked)


def _slug(verdict: str) -> str:
    """Return a verdict as the name of a CSS class."""
    return re.sub("[^a-z]+", "-", verdict)


def _hash(text: str) -> str:
    """Return the source expression of an inline element whose content is `text`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: dict[str, Any]) -> str:
    """Return `data` as JSON that can't end the script element that holds it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
