"""JSON, tables and text on stdout."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from srbench.cli.process.json_stdout import document_stream
from srbench.escape import visible
from srbench.storage.plain_json import plain
from srbench.terminal.table import table_text
from srbench.terminal.width import terminal_width
from srbench.terminal.wrapping import paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def echo_json(document: Any) -> None:
    """Print one JSON document; infinities and NaN, which JSON cannot represent, become strings.

    Characters that the encoding of stdout lacks, and bytes of file names that are no text, become JSON's escapes.
    """
    stream = document_stream() or sys.stdout
    text = json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(getattr(stream, "written_as", None) or "utf-8")
    except UnicodeError:
        text = json.dumps(plain(document), indent=2, allow_nan=False)
    click.echo(text, file=cast("TextIO", stream))


def echo_table(
    rows: Iterable[Sequence[Any]], headers: Sequence[str], widths: Sequence[int | None] | None = None
) -> None:
    """Print a plain-text table that fits the terminal, or ``none`` if there are no rows.

    Args:
        rows: Its lines.
        headers: Headings of its columns.
        widths: Widest text of each column before it is broken into lines; None: never broken to look better.
    """
    rows = [[visible(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    click.echo(table_text(rows, headers, terminal_width(), widths) if rows else "none")


def echo_text(text: str) -> None:
    """Print text whose lines are broken where they are too long for the terminal."""
    click.echo(paragraphs(text, terminal_width()))
