"""Names and messages as text of a format: Markdown, LaTeX, CSV, a terminal.

Names come from folders, plugins and files of strangers. Whatever they contain, a reader sees their characters, and
nothing of them acts: no column ends, no formula is computed, no link or colour begins.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LINE_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|&~$]")
_MARKDOWN_START = re.compile(r"^(?:[#+=-]|(?=[0-9]+[.)](?: |$))[0-9]+(?=[.)]))")
"""Start of a line that would be a heading, a list or an underline."""
_FORMULA = "=+-@\t\r"
"""Characters with which a spreadsheet takes a field for a formula."""


def visible(text: str) -> str:
    """Return `text` on one line, with characters that can't be seen or reverse the line written out: ``\\x1b``."""
    text = _LINE_BREAKS.sub(" ", text)
    return text if text.isprintable() else "".join(map(_visible, text))


def terminal(text: str) -> str:
    """Return text of several lines for a terminal; control characters and escape sequences are written out."""
    return "\n".join(line if line.isprintable() else "".join(map(_visible, line)) for line in text.split("\n"))


def markdown(text: str) -> str:
    """Return `text` for a line or a table cell of Markdown (CommonMark, and GitHub's tables)."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", visible(text).strip())
    start = _MARKDOWN_START.match(escaped)
    # a number begins no list: nothing follows its point but digits
    if start is None or (_is_number(text) and text[-1].isdigit()):
        return escaped
    marker = start.group()
    return f"\\{escaped}" if not marker[0].isdigit() else f"{marker}\\{escaped[len(marker) :]}"


def markdown_prose(text: str) -> str:
    """Return a sentence of a plugin for Markdown: its code and links act, but no star begins emphasis (``DRN*``)."""
    parts = re.split("(`[^`]*`)", visible(text))
    return "".join(
        part if number % 2 else re.sub(r"(?<!\\)[*<~]", r"\\\g<0>", part) for number, part in enumerate(parts)
    )


def markdown_code(text: str) -> str:
    """Return `text` as code in Markdown: ```a```."""
    text = visible(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def csv_field(value: object) -> object:
    """Return a value for CSV: text that a spreadsheet would take for a formula gets an apostrophe before it.

    Numbers, also those written as text, stay as they are. `of_csv_field` takes the apostrophe off again.
    """
    if not isinstance(value, str) or not value.lstrip("'").startswith(tuple(_FORMULA)):
        return value
    return value if _is_number(value) else f"'{value}"


def csv_text(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a CSV file as text: a header and rows, with what a spreadsheet would compute made text (`csv_field`)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(map(csv_field, row) for row in (header, *rows))
    return text.getvalue()


def of_csv_field(text: str) -> str:
    """Return the text that `csv_field` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(tuple(_FORMULA)) else text


def latex(text: str) -> str:
    """Return `text` for LaTeX, in any place outside math: every special character, and what joins to a ligature.

    Letters stay as they are; those of other scripts than pdfLaTeX has fonts for need XeLaTeX or LuaLaTeX.
    """
    apart = _LIGATURES.sub(lambda joined: _APART.join(joined.group()), visible(text))
    return "".join(_LATEX.get(character, character) for character in apart)


_LIGATURES = re.compile(r"--+|''+|,,+")
_APART = "\0"
"""Mark between the characters of a ligature, which no visible text has."""
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_LATEX = {
    _APART: "{}",
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "[": "{[}",  # an optional argument, behind the end of a line
    "]": "{]}",
    "*": "{*}",  # an asterisk there is the starred form of the line end
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\symbol{34}",  # \textquotedbl needs the encoding T1
    "`": r"\textasciigrave{}",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "→": r"$\rightarrow$",
    "←": r"$\leftarrow$",
    "×": r"$\times$",
    "±": r"$\pm$",
    "≁": r"$\not\sim$",
    "≠": r"$\neq$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "−": r"$-$",
    "√": r"$\surd$",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    **{letter: rf"$\{name}$" for letter, name in zip("αβγδεθλμνπρσςτφχψω", (
        "alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "mu", "nu", "pi", "rho", "sigma", "varsigma",
        "tau", "phi", "chi", "psi", "omega"), strict=True)},
    **{letter: rf"$\{name}$" for letter, name in zip("ΓΔΘΛΠΣΦΨΩ", (
        "Gamma", "Delta", "Theta", "Lambda", "Pi", "Sigma", "Phi", "Psi", "Omega"), strict=True)},
    **{raised: rf"\textsuperscript{{{digit}}}" for raised, digit in _SUPERSCRIPTS.items()},
}  # fmt: skip


@lru_cache(1024)
def _visible(character: str) -> str:
    # Cf: marks that reverse the direction of the rest of the line; Zs: spaces other than the common one are seen
    if character.isprintable() or unicodedata.category(character) == "Zs" or character in "\u200c\u200d":
        return character
    if "\udc80" <= character <= "\udcff":  # a byte of a file name that is not UTF-8 (PEP 383)
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def _is_number(text: str) -> bool:
    try:
        return text.isascii() and "_" not in text and math.isfinite(float(text))
    except ValueError:
        return False
