"""Writes the files of a table: ``<out>/<plugin>/table-<id>.{md,csv,tex,cells.csv}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.loading import load
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from srbench.bench.results.table_result import Result
    from srbench.specs.extension import RendererSpec


def write_files(result: Result, out: Path, renderers: Iterable[RendererSpec]) -> list[Path]:
    """Write a table in every format, each file atomically, and return where they are.

    Args:
        result: The measured table.
        out: Output folder; the files lie in the plugin's folder in it.
        renderers: The formats.

    Raises:
        StoreError: if a file cannot be written.
        PluginError: if the code of a renderer cannot be imported.
    """
    paths = []
    for renderer in renderers:
        path = out / result.plugin / f"table-{result.table.id}{renderer.suffix}"
        write_atomically(path, load(renderer.render)(result))
        paths.append(path)
    return paths
