"""Messages about wrong usage, which say what would be right where click does not."""

from __future__ import annotations

import re

import click
from click.types import FloatParamType, IntParamType

_REFUSED = re.compile(r"(?P<value>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S+) is not (?:a valid|in the range) ")
"""Beginning of click's message about a value that is no number, or out of range."""


def usage_problem(error: click.ClickException) -> str:
    """Return what is wrong and what would be right, with the command that shows the verb's options."""
    problem = (_wrong_value(error) or error.format_message()).rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{problem}; see {context.command_path} --help" if context else problem


def _wrong_value(error: click.ClickException) -> str:
    """Return which option or argument has a wrong value, and what it has to be; empty for any other error."""
    if not isinstance(error, click.BadParameter) or isinstance(error, click.MissingParameter) or not error.param:
        return ""
    where = error.param.get_error_hint(error.ctx).replace("'", "")
    refused, wanted = _REFUSED.match(error.message), _wanted(error.param.type)
    return f"{where}: {refused['value']} is not {wanted}" if refused and wanted else f"{where}: {error.message}"


def _wanted(kind: object) -> str:
    """Return what the values of a type of numbers are, ``a whole number of at least 1``; empty for another type."""
    if not isinstance(kind, IntParamType | FloatParamType):
        return ""
    noun = "a whole number" if isinstance(kind, IntParamType) else "a number"
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return noun
    if kind.min is not None and kind.max is not None and not (kind.min_open or kind.max_open):
        return f"{noun} from {_number(kind.min)} to {_number(kind.max)}"
    least = "" if kind.min is None else f" {'above' if kind.min_open else 'of at least'} {_number(kind.min)}"
    most = "" if kind.max is None else f" {'below' if kind.max_open else 'of at most'} {_number(kind.max)}"
    return noun + " and".join(filter(None, (least, most)))


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"  # an int of 19 digits is no float
