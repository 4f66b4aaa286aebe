"""The exceptions of srbench, with messages for the person at the terminal: what, where, and what would be right.

SrbenchError
├── UsageError         the command or its options
│   └── UnknownName    a name that no plugin registered
├── PluginError        a plugin that breaks the contract
├── DataError          an image, dataset or LR/HR pair
├── WeightsError       a checkpoint
├── TrainingError      a training that cannot continue
│   └── Diverged       NaN or infinite loss or weights
├── StoreError         the output folder
└── Unavailable        a single value; the rest of the run continues
"""

from __future__ import annotations

import importlib
import os
import traceback
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


class SrbenchError(Exception):
    """The base class of all exceptions that srbench raises on purpose.

    The message is one line that a user can act on.
    """


class UsageError(SrbenchError):
    """A command, or a combination of options, that is not valid."""


class UnknownName(UsageError):
    """A name of a plugin, table, row, model, metric, ... that is not registered."""

    def __init__(self, kind: str, name: str, choices: Iterable[str], where: str = "") -> None:
        self.kind, self.name, self.choices = kind, name, sorted(choices)
        super().__init__(f"unknown {kind} {name!r}{f' {where}' if where else ''}{suggestion(name, self.choices)}")


class PluginError(SrbenchError):
    """A plugin that breaks the contract; the message names the plugin."""


class DataError(SrbenchError):
    """An image, dataset folder or LR/HR pair that cannot be used as it is."""


class WeightsError(SrbenchError):
    """A checkpoint that is missing, damaged, unsafe to load, or made for another network."""


class TrainingError(SrbenchError):
    """A training that cannot continue: it diverged, or its checkpoint belongs to another recipe."""


class Diverged(TrainingError):
    """A training whose loss or weights became NaN or infinite: caused by the model or recipe, not by the input."""


class StoreError(SrbenchError):
    """An output folder that cannot be read or written."""


@dataclass(frozen=True)
class Lack:
    """A thing that is missing on this machine; with it, a value could be measured."""

    kind: Literal["data", "weights", "images", "training", "package", "machine"]
    """Kind of thing: a dataset, a weights file, finished SR images, a training that has to run, a package, or another
    machine."""
    name: str
    """Name of the dataset, weights, images, recipe or package; for a machine, why this one can't."""


class Unavailable(SrbenchError):
    """A value that cannot be measured here for a stated reason (missing file, image too small); the run continues.

    Args:
        message: The reason.
        lacks: What has to be there for the value to be measured; none: nothing that a user could get would help.
    """

    def __init__(self, message: str, *lacks: Lack) -> None:
        super().__init__(message)
        self.lacks = lacks

    def __reduce__(self) -> tuple[type[Unavailable], tuple[object, ...]]:
        """Return what pickle rebuilds the exception from, so that it keeps `lacks` on its way between processes."""
        return type(self), (str(self), *self.lacks)


def suggestion(name: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest of `choices`, else list the choices (at most twelve)."""
    choices = sorted(choices)
    by_folded = {choice.casefold(): choice for choice in choices}
    near = [by_folded[match] for match in get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.5)]
    if near:
        return "; did you mean " + " or ".join(repr(choice) for choice in near) + "?"
    if not choices:
        return "; there are none"
    shown = ", ".join(choices[:12])
    return f"; choose from {shown}" + (f", ... ({len(choices)} in all)" if len(choices) > 12 else "")


def one_line(error: BaseException) -> str:
    """Return the error message on one line, prefixed with the type for errors that are not srbench's."""
    try:
        text = " ".join(str(error).split())
    except Exception as second:  # noqa: BLE001 - the class of the error is a stranger's
        text = f"(its message can't be read: {type(second).__name__})"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # lone surrogates can't be printed
    return text if isinstance(error, SrbenchError) else f"{type(error).__name__}: {text}"


def with_place(error: BaseException) -> str:
    """Return `one_line` of an error and the file and line of the code outside srbench that raised it, if any."""
    place = _place(error)
    return f"{one_line(error)} ({place})" if place else one_line(error)


def _place(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return ""  # its message has them
    frames = [
        (frame.filename, frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((_HERE, "<")) and frame.filename not in _MACHINERY
    ]
    return "{}, line {}".format(*frames[-1]) if frames else ""


_HERE = str(Path(__file__).parent) + os.sep
"""Folder of srbench's code."""
_MACHINERY = {importlib.__file__, metadata.__file__}
"""Files of Python that stand between srbench and a plugin that it imports."""
