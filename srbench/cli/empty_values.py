"""Refusal of empty arguments and option values, which come from unset variables of a shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPTION = re.compile(r"--?[A-Za-z][\w-]*")
_EMPTY = re.compile(r"(--[A-Za-z][\w-]*)=[\s,]*")


def refuse_empty_values(arguments: Sequence[str]) -> None:
    """Check that no argument and no option value is empty, or consists of spaces and commas.

    An empty value would count as none: ``--train-data "$MINE"`` would train on the recipe's images.

    Raises:
        UsageError: for the first one.
    """
    before = ""
    for argument in arguments:
        attached = _EMPTY.fullmatch(argument)
        if attached or not argument.strip(", \t\r\n\v\f"):
            option = attached[1] if attached else before if _OPTION.fullmatch(before) else ""
            what = f"{option}: its value is empty" if option else f"argument {argument!r}: empty"
            raise UsageError(f"{what}; give a value{', or leave the option out' if option else ''}")
        before = argument
