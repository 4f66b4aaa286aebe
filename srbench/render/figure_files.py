"""Files of a figure: ``<out>/<plugin>/figure-<id>.{png,pdf,svg,csv,md}``, and its crops at native pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from tabulate import tabulate

from srbench.escape import csv_text, markdown, markdown_code, markdown_prose, terminal, visible
from srbench.pictures.save import save_picture
from srbench.render.markdown import list_section
from srbench.render.numbers import NONE, measured_text, published_text
from srbench.render.remarks import circumstances, missing, noticed
from srbench.storage.atomic import write_atomically
from srbench.terminal.table import table_text
from srbench.terminal.wrapping import paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure as Picture

    from srbench.figures.context import FigureContext
    from srbench.inference.method import ResolvedMethod
    from srbench.specs.drawing import Drawing, Numbers


def write_figure(drawing: Drawing, context: FigureContext, out: Path, formats: Sequence[str] = ("png",)) -> list[Path]:
    """Write the picture, the numbers, the crops and the text of a figure, each atomically.

    Args:
        drawing: The figure that the plugin drew.
        context: The context that it was drawn in.
        out: Folder that holds one subfolder per plugin.
        formats: File formats of the picture.

    Returns:
        The paths of the pictures, the CSV file, the crops and the Markdown file.

    Raises:
        StoreError: if a file cannot be written.
    """
    pictures = write_pictures(drawing.picture, context, out, formats)
    folder = out / context.plugin
    numbers, crops, text = (folder / f"figure-{context.figure.id}{end}" for end in (".csv", ".crops.png", ".md"))
    write_atomically(numbers, to_csv(drawing.numbers))
    if drawing.crops:
        from srbench.figures.recorded import to_sheet
        from srbench.imaging.image_io import write_png

        write_png(crops, to_sheet(drawing.crops))
    else:
        crops.unlink(missing_ok=True)
    write_atomically(text, to_markdown(drawing, context, pictures[0].name))
    return [*pictures, numbers, *([crops] if drawing.crops else []), text]


def write_pictures(picture: Picture, context: FigureContext, out: Path, formats: Sequence[str]) -> list[Path]:
    """Write a picture in each format, atomically, with the same bytes for the same picture, and return the paths.

    Args:
        picture: The picture.
        context: The context that it was drawn in.
        out: Folder that holds one subfolder per plugin.
        formats: Some of `srbench.pictures.save.FORMATS`.

    Raises:
        StoreError: if a file cannot be written.
    """
    paths = [out / context.plugin / f"figure-{context.figure.id}.{name}" for name in formats]
    for path in paths:
        save_picture(picture, path)
    return paths


def to_csv(numbers: Numbers) -> str:
    """Return the plotted numbers as CSV, in full precision; cells without a measured value are empty."""
    return csv_text(numbers.header, numbers.lines)


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
        f"{'' if picture.endswith('.pdf') else '!'}[{markdown(figure.title)}]({quote(picture)})",
        f"**{banner}**" if context.result.demo else banner,
        *rest,
        *(_titled(table) for table in drawing.tables),
        _published(context),
        list_section(
            "Weights", [_weights(method) for method in context.methods.values()] or ["none that were trained"]
        ),
        list_section("Images", list(dict.fromkeys(map(markdown, context.images)))),
        list_section("Not measured", missing(context.result, markdown)),
        list_section(
            "Remarks", [*noticed(context.result, markdown), *map(markdown_prose, (*drawing.remarks, *figure.notes))]
        ),
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
    from srbench.bench.measuring.measured_record import weights_hash

    if method.training and method.weights and not method.weights.is_file():
        # measured before; what is left of it are the records and the training's key
        key = method.training.key[:12]
        return f"{markdown_code(method.name)}: trained (training `{key}…`), the weights are no longer at hand"
    spec = method.weights_spec
    file = method.weights.name if method.weights else ""
    origin = f": {markdown(spec.origin)}" if spec and spec.origin else ""
    sha256 = f"(SHA-256 {weights_hash(method)[:12]}…)"
    return f"{markdown_code(method.name)}: {markdown(file)} {sha256}, {method.source}{origin}"
