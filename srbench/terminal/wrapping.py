"""Lines that are broken where they would be too long, by the columns that they take on a terminal."""

from __future__ import annotations

from srbench.terminal.width import display_width

BREAKABLE = frozenset("/\\_-,;:|+=@)")
"""Characters behind which a word that is too long is broken, if there are any: those of paths and names."""


def wrapped(text: str, width: int | None, indent: str = "") -> list[str]:
    """Return `text` as lines of at most `width` columns, broken at spaces.

    Words that are too long, such as paths, are broken inside.

    Args:
        text: One line of text; spaces at its start stay.
        width: Columns of a line; None: the text is one line.
        indent: Start of all lines but the first; left out, like spaces at the start, where it would take half
            of the width.
    """
    if width is None or display_width(text) <= width:
        return [text]
    start = text[: len(text) - len(text.lstrip(" "))]
    if 2 * len(indent) >= width:
        indent = ""
    lines, line = [], start if 2 * len(start) < width else ""
    blank = True  # nothing but the indent is on the line yet
    for word in text.split():
        candidate = line + word if blank else f"{line} {word}"
        if display_width(candidate) <= width:
            line, blank = candidate, False
            continue
        if not blank:
            lines.append(line)
            line = indent
        rest = word
        while display_width(line + rest) > width:
            head = _head(rest, max(1, width - display_width(line)))
            lines.append(line + head)
            rest, line = rest[len(head) :], indent
        line, blank = line + rest, not rest
    return lines if blank and lines else [*lines, line]


def paragraphs(text: str, width: int | None) -> str:
    """Return text of several lines, each broken at `width`; lines of a list continue below their first word."""
    return "\n".join(part for line in text.split("\n") for part in wrapped(line, width, _indent_of(line)))


def longest_word(text: str) -> int:
    """Return the columns of the longest word of `text`, which is the least width that breaks no word."""
    return max(map(display_width, text.split()), default=0)


def _indent_of(line: str) -> str:
    start = len(line) - len(line.lstrip(" "))
    return " " * (start + (2 if line[start : start + 2] == "- " else 0 if start == 0 else 2))


def _head(word: str, width: int) -> str:
    """Return the start of `word` that fits, up to a character in its second half that words are broken behind."""
    taken, end = 0, 0
    for character in word:
        taken += display_width(character)
        if taken > width and end:
            break
        end += 1
    good = next((place for place in range(end, end // 2, -1) if word[place - 1] in BREAKABLE), end)
    return word[:good]
