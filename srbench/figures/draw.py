"""Planning and drawing of a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.planning.plan import Plan, make_plan
from srbench.bench.planning.selection import Selection
from srbench.errors import CODE_ERRORS, PluginError, SrbenchError, one_line
from srbench.loading import load
from srbench.specs.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.catalog import Catalog
    from srbench.figures.context import FigureContext
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
    """Call the plugin's drawing function and return its drawing.

    Raises:
        PluginError: if the function fails or returns another type; the message names plugin, figure and function.
    """
    figure = context.figure
    where = f"plugin {context.plugin}, figure {figure.id}: {figure.draw}"
    try:
        drawing = load(figure.draw)(context)
    except PluginError as error:
        raise PluginError(f"{where}: {error}") from error
    except SrbenchError:
        raise
    except CODE_ERRORS as error:
        raise PluginError(f"{where} raised {one_line(error)}") from error
    if not isinstance(drawing, Drawing):
        raise PluginError(f"{where} returned {type(drawing).__name__}, not a srbench.Drawing")
    if not hasattr(drawing.picture, "savefig"):
        raise PluginError(f"{where}: its picture is {type(drawing.picture).__name__}, not a matplotlib.figure.Figure")
    return drawing
