"""Writes the files of a table: ``<out>/<plugin>/table-<id>.{md,csv,tex,cells.csv}``."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from srbench.errors import CODE_ERRORS, StoreError, one_line
from srbench.loading import load
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from srbench.bench.results.table_result import Result
    from srbench.specs.extension import RendererSpec


TexStyle = Literal["booktabs", "plain"]
"""Style of LaTeX tables: the rules and signs of booktabs and amssymb, or those of LaTeX itself."""
_RENDER_OF_STYLE = {"booktabs": "srbench.render.latex:to_latex", "plain": "srbench.render.latex:to_plain_latex"}


def in_tex_style(renderers: Iterable[RendererSpec], style: TexStyle) -> list[RendererSpec]:
    """Return the formats with LaTeX in `style`; a plugin's own format stays as it is."""
    latex = set(_RENDER_OF_STYLE.values())
    return [replace(spec, render=_RENDER_OF_STYLE[style]) if spec.render in latex else spec for spec in renderers]


def write_files(result: Result, out: Path, renderers: Iterable[RendererSpec], name: str = "") -> list[Path]:
    """Write a table in every format, each file atomically, and return where they are.

    A format whose code fails is left out, with a warning.

    Args:
        result: The measured table.
        out: Output folder; the files lie in the plugin's folder in it.
        renderers: The formats.
        name: Name of the files without their suffixes (`srbench.render.table_names`); empty: ``table-<id>``.

    Raises:
        StoreError: if a file cannot be written.
    """
    paths = []
    for renderer in renderers:
        path = out / result.plugin / f"{name or f'table-{result.table.id}'}{renderer.suffix}"
        try:
            text = load(renderer.render)(result)
        except StoreError:
            raise
        except CODE_ERRORS as error:  # whatever the code of one format raises costs that format alone
            warnings.warn(
                f"format {renderer.name} of plugin {renderer.plugin}: {one_line(error)}; no {path}", stacklevel=2
            )
            continue
        write_atomically(path, text)
        paths.append(path)
    return paths
