"""A named check of a plugin, the registry of all checks, and what comes out of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from srbench.testing.checked import Checked


class Problem(NamedTuple):
    """What is wrong with a part of a plugin."""

    item: str
    """Part of the plugin that it is about, ``model edge-net x2``; expected failures may name it."""
    text: str
    """The problem in words."""
    fix: str = ""
    """What to do; empty: what the check says."""


class Unchecked(NamedTuple):
    """A part of a plugin that can't be checked here, because something is missing: weights, data, a package."""

    item: str
    """Part of the plugin, as `Problem` names it."""
    reason: str
    """What is missing, and how to get it."""


class Skipped(Exception):
    """The reason why a check does not apply, or cannot run here."""


Run = Callable[["Checked"], "Iterable[Problem | Unchecked]"]
Status = Literal["ok", "failed", "expected failure", "skipped"]


@dataclass(frozen=True)
class Check:
    """A named check of a plugin."""

    name: str
    summary: str
    """What holds where the check passes, in a line."""
    fix: str
    """What to do where it fails."""
    run: Run
    """Function that yields the problems and what it can't check, and raises `Skipped` where nothing is checked."""
    slow: bool = False
    """Whether the check takes more than seconds for networks of usual size."""
    shares: str = ""
    """Name in `Checked.memory` of what it shares with other checks; empty: nothing."""
    light: bool = False
    """Whether the check runs without PyTorch, which takes seconds to import."""


@dataclass(frozen=True)
class Outcome:
    """What came out of a check of a plugin."""

    check: str
    status: Status
    problems: tuple[str, ...] = ()
    reason: str = ""
    """Reason of a check that was skipped or is expected to fail."""
    fix: str = ""
    """What to do; empty unless the check failed."""
    unchecked: tuple[str, ...] = ()
    """Parts that can't be checked here, each with its reason."""

    @property
    def text(self) -> str:
        """The outcome in words, problems and fix included."""
        lines = [f"{self.check}: {self.status}" + (f" ({self.reason})" if self.reason else "")]
        lines += [f"  {problem}" for problem in self.problems]
        lines += [f"  not checked: {part}" for part in self.unchecked]
        return "\n".join([*lines, f"  fix: {self.fix}"] if self.fix else lines)


CHECKS: dict[str, Check] = {}
"""All checks by name, in the order in which they run."""


def check(
    name: str, summary: str, fix: str, *, slow: bool = False, shares: str = "", light: bool = False
) -> Callable[[Run], Run]:
    """Return a decorator that registers a function as a check.

    Args:
        name: Name of the check.
        summary: What holds where it passes.
        fix: What to do where it fails.
        slow: Whether the check takes more than seconds.
        shares: Name in `Checked.memory` of what it shares with other checks.
        light: Whether the check runs without PyTorch.
    """

    def register(run: Run) -> Run:
        CHECKS[name] = Check(name, summary, fix, run, slow, shares, light)
        return run

    return register
