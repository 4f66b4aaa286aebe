"""The numbers that papers print, from the plugins, as one data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.catalog import load_catalog
from srbench.errors import PluginError
from srbench.frames.columns import PUBLISHED, REAL, WHOLE, data_frame, parse
from srbench.published import published_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from srbench.registry import Plugin


def read_published(plugin: str | None = None) -> pd.DataFrame:
    """Return all numbers that the paper of a plugin prints in its tables, one line per number.

    `value` is the number, `printed` the number as the paper prints it (``28.50``, ``0.4M``). See docs/data-frames.md.

    Args:
        plugin: Name of the plugin, e.g. ``pcarn``; None: all plugins with tables.

    Raises:
        UnknownName: if there is no such plugin.
        PluginError: if the plugin is broken.
    """
    catalog = load_catalog()
    plugins = [catalog.plugin(plugin)] if plugin is not None else [each for each in catalog.plugins.values() if each.ok]
    return data_frame((line for each in plugins for line in _lines(each)), PUBLISHED)


def _lines(plugin: Plugin) -> Iterator[dict[str, Any]]:
    for table in plugin.tables.values():
        if not table.published:
            continue
        for (row, column), published in published_table(table.published, table.id).values.items():
            try:
                std, rank = parse(published.std, REAL), parse(published.rank, WHOLE)
            except ValueError as error:
                raise PluginError(f"published values {table.published}, table {table.id}, {row}: {error}") from error
            yield {
                "plugin": plugin.name,
                "table": table.id,
                "row": row,
                "dataset": column.dataset,
                "scale": column.scale,
                "metric": column.metric,
                "value": published.value,
                "printed": published.printed,
                "std": std,
                "rank": rank,
                "note": published.note,
            }
