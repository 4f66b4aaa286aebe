"""Text in an encoding that lacks some of its characters: names of files that are not UTF-8, marks on a Windows console.

Python holds the bytes of such a name as lone surrogates (PEP 383), which no encoding can write.
"""

from __future__ import annotations

import codecs

READABLE = "srbench.readable"
"""Error handler for `str.encode`: an ASCII stand-in for each character that the encoding lacks."""

_MARKS = {
    **dict.fromkeys("↑", "^"),
    **dict.fromkeys("↓", "v"),
    **dict.fromkeys("→", "->"),
    **dict.fromkeys("←", "<-"),
    **dict.fromkeys("×", "x"),
    **dict.fromkeys("÷", "/"),
    **dict.fromkeys("±", "+/-"),
    **dict.fromkeys("–—─━╺╸", "-"),
    **dict.fromkeys("│┃", "|"),
    **dict.fromkeys("├└", "+"),
    **dict.fromkeys("…", "..."),
    **dict.fromkeys("✓", "ok"),
    **dict.fromkeys("✗", "x"),
    **dict.fromkeys("≁", "!~"),
    **dict.fromkeys("≠", "!="),
    **dict.fromkeys("≈", "~"),
    **dict.fromkeys("≤", "<="),
    **dict.fromkeys("≥", ">="),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("“”", '"'),
    **{mark: f"^{digit}" for digit, mark in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    "√": "sqrt",
    "σ": "sigma",
    "τ": "tau",
    "†": "+",
    "‡": "++",
}
"""Stand-ins of the marks in srbench's own output; other characters become escapes such as ``\\u4e2d``."""


def name_bytes(text: str) -> bytes:
    """Return `text` as UTF-8 for a hash: equal for equal text, and defined for names that are not UTF-8 as well."""
    return text.encode("utf-8", "surrogatepass")


def readable(text: str, encoding: str = "utf-8") -> str:
    """Return `text` with a stand-in for each character that `encoding` lacks; in UTF-8 only bytes that are no text."""
    return text.encode(encoding, READABLE).decode(encoding)


def _encode_error(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_stand_in, error.object[error.start : error.end])), error.end


def _stand_in(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    escape = f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return _MARKS.get(character, escape)


codecs.register_error(READABLE, _encode_error)
