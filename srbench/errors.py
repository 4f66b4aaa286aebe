"""What can go wrong, worded for the person at the terminal: what, where, and what would be right."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SrbenchError(Exception):
    """Base of every error that srbench raises on purpose. Its text is one line that a user can act on."""


class UsageError(SrbenchError):
    """The command or its options don't make sense together."""


class UnknownName(UsageError):
    """A plugin, table, row, model, metric, ... that nobody registered."""

    def __init__(self, kind: str, name: str, choices: Iterable[str], where: str = "") -> None:
        self.kind, self.name, self.choices = kind, name, sorted(choices)
        super().__init__(f"unknown {kind} {name!r}{f' {where}' if where else ''}{suggestion(name, self.choices)}")


class PluginError(SrbenchError):
    """A plugin breaks the contract. The message names the plugin."""


class DataError(SrbenchError):
    """An image, a dataset folder or an LR/HR pair that can't be used as it is."""


class WeightsError(SrbenchError):
    """A checkpoint that is missing, damaged, unsafe to load or made for another network."""


class TrainingError(SrbenchError):
    """A training that can't go on: it diverged, or its checkpoint is another recipe's."""


class Diverged(TrainingError):
    """A training whose loss or weights are no numbers any more: the fault of what is trained, not of its input."""


class StoreError(SrbenchError):
    """The output folder can't be read or written."""


class Unavailable(SrbenchError):
    """One value can't be measured here for a stated reason (missing file, image too small); the rest goes on."""


def suggestion(name: str, choices: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the nearest of `choices`, else the choices themselves (at most twelve)."""
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
    """Return the error's text on one line, with its type unless srbench wrote it for the user."""
    text = " ".join(str(error).split())
    return text if isinstance(error, SrbenchError) else f"{type(error).__name__}: {text}"
