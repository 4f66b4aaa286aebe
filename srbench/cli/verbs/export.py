"""``srbench export``: measured or printed numbers in one file, for pandas, R, a spreadsheet or a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.cli.options import json_option
from srbench.cli.output import echo_json
from srbench.errors import UnknownName, UsageError
from srbench.frames.export import FORMATS, write_frame
from srbench.frames.images import read_records
from srbench.frames.printed import read_published
from srbench.frames.results import read_results
from srbench.settings import setting

if TYPE_CHECKING:
    import pandas as pd

RESULTS, IMAGES, PUBLISHED = "results", "images", "published"
"""Kinds of data to export; names of the SQLite tables, and of the files unless --out names another."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=None,
    help="Format of the file.  [default: by the ending of --out, else csv]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="File to write. Default: results, images or published with the format as its ending, in this folder.",
)
@click.option("--published", is_flag=True, help="The printed numbers of the plugins instead of measured ones.")
@click.option("--plugin", "plugin_name", default="", help="Only the numbers of this plugin.")
@click.option("--per-image", is_flag=True, help="The values of each image, from the records, instead of table entries.")
@json_option
def export(
    folder: Path | None,
    form: str | None,
    out: Path | None,
    published: bool,
    plugin_name: str,
    per_image: bool,
    as_json: bool,
) -> None:
    """Write all measured table entries of FOLDER (default: results) to one file, one line per number.

    The columns are described in docs/data-frames.md. An existing file is replaced; in an SQLite database only the table
    of that name is, so that results, images and published can share a file.
    """
    kind = PUBLISHED if published else IMAGES if per_image else RESULTS
    if published and (per_image or folder):
        raise UsageError("--published: printed numbers come from the plugins; leave out FOLDER and --per-image")
    if per_image and plugin_name:
        raise UsageError("--per-image: records name methods, not the tables of a plugin; leave out --plugin")
    form = form or (_format_of(out) if out else "csv")
    frame = _read(kind, folder or setting("out"), plugin_name)
    path = out or Path(f"{kind}.{form}")
    write_frame(frame, path, form, kind)
    if as_json:
        columns = {str(name): str(dtype) for name, dtype in frame.dtypes.items()}
        echo_json({"file": str(path), "format": form, "table": kind, "lines": len(frame), "columns": columns})
    else:
        click.echo(f"{path}: {len(frame)} lines, {len(frame.columns)} columns")


def _format_of(path: Path) -> str:
    """Return the format whose name is the ending of a file's name."""
    form = path.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise UsageError(f"--out {path}: end it with {', '.join(f'.{name}' for name in FORMATS)}, or add --format")
    return form


def _read(kind: str, folder: Path, plugin: str) -> pd.DataFrame:
    if kind == PUBLISHED:
        return read_published(plugin or None)
    if kind == IMAGES:
        return read_records(folder)
    frame = read_results(folder)
    if not plugin:
        return frame
    chosen = frame[frame["plugin"] == plugin]
    if chosen.empty:
        raise UnknownName("plugin", plugin, set(frame["plugin"]), f"in {folder}")
    return chosen.reset_index(drop=True)
