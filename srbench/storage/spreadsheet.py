"""Reader of CSV files as people and spreadsheets write them: with commas, semicolons or tabs, in UTF-8 or UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

from srbench.errors import PluginError, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEPARATORS = (",", ";", "\t")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_lines(
    data: bytes, columns: Sequence[str], path: str, *, exact: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the fields of every line below the heading by column, with the number of the line.

    Spaces around fields are removed unless `exact` is set, and empty lines left out. The separator is whichever of
    comma, semicolon and tab splits the heading into the most of `columns`.

    Args:
        data: Content of the file.
        columns: Columns that the file must have, in any order.
        path: Path of the file, for messages.
        exact: Whether spaces around the fields below the heading stay.

    Raises:
        PluginError: if the text is in another encoding, a column is missing or occurs twice, or a line has more or
            fewer fields than the heading; the message names the line.
    """
    text = _decoded(data, path)
    heading = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=lambda candidate: len(set(columns) & set(_fields(heading, candidate))))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    try:
        for row in rows:
            fields = row if exact and header else [field.strip() for field in row]
            if not any(map(str.strip, fields)):
                continue
            where = f"{path}, line {rows.line_num}"
            if not header:
                header = fields
                _check_header(header, columns, where)
                continue
            if len(fields) > len(header) and not any(fields[len(header) :]):
                del fields[len(header) :]  # a spreadsheet ends its lines with separators
            if len(fields) != len(header):
                raise PluginError(
                    f"{where}: {len(fields)} fields, but the heading has {len(header)}; put a field that contains "
                    f"{separator!r} in double quotes"
                )
            yield rows.line_num, dict(zip(header, fields, strict=True))
    except csv.Error as error:
        raise PluginError(f"{path}, line {rows.line_num}: not CSV ({error}); correct the line") from error
    if not header:
        raise PluginError(f"{path}, line 1: no heading; begin the file with {','.join(columns)}")


def _decoded(data: bytes, path: str) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PluginError(
            f"{path}, line {line}: byte 0x{data[error.start]:02x} is not {encoding.upper()}; save the file as UTF-8"
        ) from error


def _fields(heading: str, separator: str) -> list[str]:
    return [field.strip().strip('"').strip() for field in heading.split(separator)]


def _check_header(header: Sequence[str], columns: Sequence[str], where: str) -> None:
    if missing := [name for name in columns if name not in header]:
        near = suggestion(missing[0], filter(None, header))
        raise PluginError(f"{where}: no column {missing[0]!r}{near}; the heading is {','.join(columns)}")
    if twice := [name for name in columns if header.count(name) > 1]:
        raise PluginError(f"{where}: two columns {twice[0]!r}; leave out one")
