"""Files of a figure: ``<out>/<plugin>/figure-<id>.{png,csv,md}``."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from tabulate import tabulate

from srbench.errors import StoreError
from srbench.escape import csv_field, markdown, markdown_code, terminal, visible
from srbench.render.numbers import NONE, measured_text, published_text
from srbench.render.remarks import circumstances, missing, noticed
from srbench.storage.atomic import atomic_write, write_atomically
from srbench.terminal.table import table_text
from srbench.terminal.wrapping import paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from srbench.figures.context import FigureContext
    from srbench.inference.method import ResolvedMethod
    from srbench.specs.drawing import Drawing, Numbers

DPI = 160


@contextmanager
def house_style() -> Iterator[None]:
    """Set a matplotlib backend without a display and a uniform style for the figures of all plugins."""
    import matplotlib as mpl

    mpl.use("Agg")
    style = mpl.rc_context(
        {
            "font.size": 9,
            "axes.titlesize": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
            "figure.constrained_layout.use": True,
        }
    )
    with style:
        yield


def write_figure(drawing: Drawing, context: FigureContext, out: Path) -> list[Path]:
    """Write the picture, the numbers and the text of a figure, each atomically.

    Args:
        drawing: The figure that the plugin drew.
        context: The context that it was drawn in.
        out: Folder that holds one subfolder per plugin.

    Returns:
        The paths of the picture, the CSV file and the Markdown file.

    Raises:
        StoreError: if a file cannot be written.
    """
    folder = out / context.plugin
    picture, numbers, text = (folder / f"figure-{context.figure.id}{suffix}" for suffix in (".png", ".csv", ".md"))
    try:
        with atomic_write(picture) as temporary:
            drawing.picture.savefig(temporary, format="png", dpi=DPI, metadata={"Software": "srbench"})
    except OSError as error:
        raise StoreError(
            f"{picture}: can't be written ({error.strerror}); check the folder's permissions and free space"
        ) from error
    write_atomically(numbers, to_csv(drawing.numbers))
    write_atomically(text, to_markdown(drawing, context, picture.name))
    return [picture, numbers, text]


def to_csv(numbers: Numbers) -> str:
    """Return the plotted numbers as CSV, in full precision; cells without a measured value are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(csv_field, numbers.header))
    writer.writerows(map(csv_field, line) for line in numbers.lines)
    return text.getvalue()


def to_markdown(drawing: Drawing, context: FigureContext, picture: str) -> str:
    """Return the Markdown page of a figure.

    The page shows the picture with its caption, protocol and profile, the plugin's tables, the published numbers, and
    all remarks.

    Args:
        drawing: The figure that the plugin drew.
        context: The context that it was drawn in.
        picture: File name of the picture, relative to the page.
    """
    figure = context.figure
    banner, *rest = circumstances(context.result, markdown, markdown_code)
    parts = [
        f"# {markdown(heading(context))}",
        f"![{markdown(figure.title)}]({quote(picture)})",
        f"**{banner}**" if rest else banner,
        *rest,
        *(_titled(table) for table in drawing.tables),
        _published(context),
        _list("Weights", [_weights(method) for method in context.methods.values()] or ["none that were trained"]),
        _list("Images", list(dict.fromkeys(map(markdown, context.images)))),
        _list("Not measured", missing(context.result, markdown)),
        _list("Remarks", [*noticed(context.result, markdown), *map(visible, (*drawing.remarks, *figure.notes))]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_text(drawing: Drawing, context: FigureContext, width: int | None = None) -> str:
    """Return the tables and remarks of a figure as plain text for a terminal.

    Args:
        drawing: The figure.
        context: What it was drawn from.
        width: Columns that a line may take; None: any.
    """
    before = [heading(context), *circumstances(context.result)]
    tables = [
        table_text(
            [[visible(_short(value)) for value in line] for line in table.lines],
            [visible(str(name)) for name in table.header],
            width,
        )
        for table in drawing.tables
    ]
    after = [f"- {line}" for line in (*missing(context.result), *noticed(context.result), *drawing.remarks)]
    parts = [paragraphs("\n".join(before), width), *tables, *([paragraphs("\n".join(after), width)] if after else [])]
    return terminal("\n".join(parts))


def heading(context: FigureContext) -> str:
    """Return the heading of a figure: ``pcarn, Figure 8: ...``."""
    return f"{context.plugin}, Figure {context.figure.id}: {context.figure.title}"


def _titled(table: Numbers) -> str:
    return "\n\n".join(filter(None, (markdown(table.title), _grid(table, markdown))))


def _grid(table: Numbers, shown: Callable[[str], str]) -> str:
    lines = [[shown(_short(value)) for value in line] for line in table.lines]
    return tabulate(lines, [shown(str(name)) for name in table.header], tablefmt="pipe", disable_numparse=True)


def _short(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {None: NONE, True: "yes", False: "no"}[value]
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"
    return str(value)


def _published(context: FigureContext) -> str:
    """Return a table of the measured and the published values; empty if the paper prints none."""
    lines = [
        (
            *map(markdown, (entry.row.label, entry.column.dataset, entry.column.metric)),
            measured_text(entry),
            published_text(entry),
        )
        for entry in context.result.entries
        if entry.published
    ]
    header = ("row", "dataset", "metric", "measured", "published")
    return tabulate(lines, header, tablefmt="pipe", disable_numparse=True) if lines else ""


def _weights(method: ResolvedMethod) -> str:
    from srbench.bench.measuring.run_job import weights_hash

    spec = method.weights_spec
    file = method.weights.name if method.weights else ""
    origin = f": {markdown(spec.origin)}" if spec and spec.origin else ""
    sha256 = f"(SHA-256 {weights_hash(method)[:12]}…)"
    return f"{markdown_code(method.name)}: {markdown(file)} {sha256}, {method.source}{origin}"


def _list(title: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {line}" for line in lines)]) if lines else ""
