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

import sysconfig
import traceback
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE_ERRORS = (Exception, SystemExit)
"""Exceptions of the code of users and plugins that end its part alone: a ``sys.exit`` in it must not end srbench."""

LONGEST = 1000
"""Characters of a foreign error message that are shown."""
LIKENESS = 0.55
"""Similarity (difflib ratio) from which a name is suggested for an unknown one."""
PLACE = "srbench_place"
"""Attribute of an error from another process: the place in a user's code, which its traceback no longer tells."""
ALL_SHOWN, SOME_SHOWN = 30, 12
"""Number of choices up to which all are listed, and number of those listed otherwise."""


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

    @property
    def source(self) -> str:
        """The name; for a part of a dataset (``AIM2020/train/X2``), the dataset."""
        return self.name.partition("/")[0] if self.kind == "data" else self.name


class Unavailable(SrbenchError):
    """A value that cannot be measured here for a stated reason (missing file, image too small); the run continues.

    Args:
        message: The reason.
        lacks: What has to be there for the value to be measured; none: nothing that a user could get would help.
    """

    def __init__(self, message: str, *lacks: Lack) -> None:
        super().__init__(message)
        self.lacks = lacks

    def __reduce__(self) -> tuple[type[Unavailable], tuple[object, ...], dict[str, object]]:
        """Return the parts from which pickle rebuilds the exception, with `lacks` and its notes, in another process."""
        return type(self), (str(self), *self.lacks), vars(self)


class OtherError(Exception):
    """An error of a user's or a plugin's code, from another process and of a class that can't be pickled.

    Its message is `one_line` of the error that it stands for.
    """


def suggestion(name: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest of `choices`, else list the choices.

    Of more than `ALL_SHOWN` choices the first `SOME_SHOWN` are listed. They are quoted if a name holds a comma.
    """
    choices = sorted(choices)
    by_folded = {choice.casefold(): choice for choice in choices}
    near = [by_folded[match] for match in get_close_matches(name.casefold(), by_folded, n=3, cutoff=LIKENESS)]
    if near:
        return "; did you mean " + " or ".join(repr(choice) for choice in near) + "?"
    if not choices:
        return "; there are none"
    shown = choices if len(choices) <= ALL_SHOWN else choices[:SOME_SHOWN]
    if any("," in choice for choice in choices):
        shown = [repr(choice) for choice in shown]
    more = f", ... ({len(choices)} in all)" if len(shown) < len(choices) else ""
    return f"; choose from {', '.join(shown)}{more}"


def one_line(error: BaseException) -> str:
    """Return the error message on one line; of errors that are not srbench's, with file, line and type before it."""
    text = _message(error)
    if isinstance(error, SrbenchError | OtherError):
        return text
    place = place_of(error)
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return ": ".join(part for part in (place, type(error).__name__, shown) if part)


def with_place(error: BaseException) -> str:
    """Return `one_line` of an error, with the place in a user's or plugin's code also before an error of srbench."""
    place = place_of(error) if isinstance(error, SrbenchError) else ""
    return f"{place}: {one_line(error)}" if place else one_line(error)


def trace_text(error: BaseException) -> str:
    """Return the whole traceback of an error, printable in UTF-8."""
    return printable("".join(traceback.format_exception(error)))


def printable(text: str) -> str:
    """Return `text` with lone surrogates, which no file or terminal takes, as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _message(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) and place_of(error) else str(error)  # the place is before it
        return printable(" ".join(text.split()))
    except CODE_ERRORS as unreadable:
        return f"(its message can't be shown: its __str__ raised {type(unreadable).__name__})"


def place_of(error: BaseException) -> str:
    """Return the place of a failure in code of a user or plugin: ``my_net.py:12, in forward``; empty: not in such."""
    if place := getattr(error, PLACE, ""):
        return str(place)
    if isinstance(error, SyntaxError) and error.filename and _is_foreign(error.filename):
        return f"{_short(error.filename)}:{error.lineno}"
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    last = next((frame for frame in reversed(frames) if _is_foreign(frame.filename)), None)
    return f"{_short(last.filename)}:{last.lineno}, in {last.name}" if last else ""


def _is_foreign(filename: str) -> bool:
    """Return whether a file is code of a user or of a plugin, and neither srbench's nor a library's."""
    path = Path(filename)
    if filename.startswith("<") or path.is_relative_to(Path(__file__).parent):
        return False
    installed = next((place for place in ("site-packages", "dist-packages") if place in path.parts), "")
    if installed:
        return path.parts[path.parts.index(installed) + 1].removesuffix(".py") in _plugin_packages()
    return not path.is_relative_to(sysconfig.get_path("stdlib"))


@cache
def _plugin_packages() -> frozenset[str]:
    return frozenset(point.module.partition(".")[0] for point in entry_points(group="srbench"))


def _short(filename: str) -> str:
    """Return a path for people: from the current folder, else from the folder of its outermost package."""
    path = Path(filename)
    if path.is_relative_to(Path.cwd()):
        return printable(str(path.relative_to(Path.cwd())))
    root = path.parent
    while (root / "__init__.py").is_file():
        root = root.parent
    return printable(str(path.relative_to(root)))
