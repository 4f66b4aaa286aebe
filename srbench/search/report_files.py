"""Files of a search's report: Markdown, CSV and a plot."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import quote

from tabulate import tabulate

from srbench.errors import PluginError
from srbench.escape import csv_text, markdown
from srbench.search.report import Line
from srbench.storage.atomic import write_atomically
from srbench.storage.spreadsheet import read_lines

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.search.report import Report

HEADERS = ("rank", "architecture", "PSNR [dB]", "predicted before", "params", "mult-adds [G]", "Pareto")


def to_markdown(report: Report, picture: str = "") -> str:
    """Return the report as Markdown: title, settings, best architecture, ranking, and the plot named `picture`."""
    settings = ", ".join(f"{name} {value}" for name, value in report.settings.items() if value is not None)
    rows = [[*map(markdown, row(line))] for line in report.lines]
    parts = [
        f"# {markdown(report.title)}",
        *map(markdown, (settings, report.summary, report.foresight)),
        tabulate(rows, [*map(markdown, HEADERS)], tablefmt="pipe", disable_numparse=True),
        "\n".join(f"- {markdown(f'{line.architecture}: {line.remark}')}" for line in report.lines if line.remark),
        f"![{markdown(report.title)}]({quote(picture)})" if picture else "",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def row(line: Line) -> list[str]:
    """Return the cells of `line` in a printed table."""
    predicted = None if line.predicted is None else f"{line.predicted:.3f} ± {line.deviation:.3f}"
    psnr = None if line.psnr is None else f"{line.psnr:.3f}"
    params = None if line.params is None else f"{line.params:,.0f}"
    mult_adds = None if line.mult_adds is None else f"{line.mult_adds / 1e9:.3g}"
    values = (line.rank, line.architecture, psnr, predicted, params, mult_adds, "*" if line.pareto else "")
    return ["–" if value is None else str(value) for value in values]


def to_csv(report: Report) -> str:
    """Return the report as CSV: one line per evaluated architecture, in full precision."""
    return csv_text(list(Line.__dataclass_fields__), (asdict(line).values() for line in report.lines))


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write ``<stem of the report>.{md,csv,png}`` to `folder`, each file atomically, and return the paths.

    A report on more architectures isn't overwritten: that of the smaller budget gets a name with ``-budgetN``.

    Raises:
        StoreError: if a file can't be written.
    """
    from srbench.search.plot import write_plot

    stem = report.stem
    if _lines_of(folder / f"{stem}.csv") > len(report.lines):
        stem += f"-budget{len(report.lines)}"
    text, values, picture = (folder / f"{stem}{suffix}" for suffix in (".md", ".csv", ".png"))
    drawn = write_plot(report, picture)
    if not drawn:
        picture.unlink(missing_ok=True)  # an earlier run may have written one
    write_atomically(text, to_markdown(report, picture.name if drawn else ""))
    write_atomically(values, to_csv(report))
    return [text, values, *([picture] if drawn else [])]


def _lines_of(path: Path) -> int:
    """Return the number of architectures in an earlier report as CSV; 0 if there is none that can be read."""
    try:
        return sum(1 for _ in read_lines(path.read_bytes(), ("architecture",), str(path)))
    except (OSError, PluginError):
        return 0
