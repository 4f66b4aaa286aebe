"""Planning and drawing of a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.bench.planning.plan import Plan, make_plan
from srbench.bench.planning.selection import Selection
from srbench.errors import CODE_ERRORS, PluginError, SrbenchError, Unavailable, one_line
from srbench.loading import load
from srbench.pictures.style import house_style
from srbench.specs.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.figure import Figure as Picture

    from srbench.bench.planning.options import Options
    from srbench.catalog import Catalog
    from srbench.figures.context import FigureContext
    from srbench.figures.recorded import RecordedFigure
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.figure import Figure


def plan_figure(
    catalog: Catalog, plugin: Plugin, figure: Figure, options: Options, roots: Sequence[Path], store: Store
) -> Plan:
    """Return the plan that measures the cells of `figure`; it is empty if the figure has no columns.

    Args:
        catalog: The catalog in which names are looked up.
        plugin: Plugin that declares the figure.
        figure: The figure.
        options: Settings of the measurement.
        roots: Folders where data and weights are searched.
        store: Store of records.

    Raises:
        SrbenchError: as `make_plan`.
    """
    if figure.columns:
        return make_plan(catalog, plugin, figure.table, Selection(), options, roots, store)
    protocol = catalog.protocols.get(options.protocol or figure.protocol)
    return Plan(plugin, figure.table, protocol, options, (), (), {})


def draw_figure(context: FigureContext) -> Drawing:
    """Call the plugin's drawing function in srbench's style and return its drawing.

    Raises:
        PluginError: if the function fails or returns another type; the message names plugin, figure and function.
        Unavailable: if nothing that the figure shows is at hand.
    """
    drawing = _called(context, context.figure.draw)
    where = _where(context, context.figure.draw)
    if not isinstance(drawing, Drawing):
        raise PluginError(f"{where} returned {type(drawing).__name__}, not a srbench.Drawing")
    _check_picture(where, drawing.picture)
    return drawing


def redraw_figure(context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Call the plugin's function that draws a picture again from the numbers and crops of an earlier drawing.

    Raises:
        PluginError: if the function fails or returns another type.
        Unavailable: if the figure can't be drawn without its networks, or its crops were not kept.
    """
    if not context.figure.redraw:
        raise Unavailable(
            f"{context.plugin}, Figure {context.figure.id} shows what its networks make; leave out --redraw"
        )
    picture: Picture = _called(context, context.figure.redraw, recorded)
    _check_picture(_where(context, context.figure.redraw), picture)
    return picture


def _called(context: FigureContext, function: str, *arguments: object) -> Any:
    where = _where(context, function)
    try:
        with house_style():
            return load(function)(context, *arguments)
    except PluginError as error:
        raise PluginError(f"{where}: {error}") from error
    except SrbenchError:
        raise
    except CODE_ERRORS as error:
        raise PluginError(f"{where} raised {one_line(error)}") from error


def _where(context: FigureContext, function: str) -> str:
    return f"plugin {context.plugin}, figure {context.figure.id}: {function}"


def _check_picture(where: str, picture: object) -> None:
    if not hasattr(picture, "savefig"):
        raise PluginError(f"{where}: its picture is {type(picture).__name__}, not a matplotlib.figure.Figure")
