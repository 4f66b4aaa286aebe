"""The checks of plugins: their registry, the problems that they find, and their outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from srbench.testing.checked import Checked


class Problem(NamedTuple):
    """A problem with a part of a plugin."""

    item: str
    """Part of the plugin, such as ``model edge-net x2``; expected failures may name it."""
    text: str
    """The problem in words."""
    fix: str = ""
    """How to mend it; empty: as the check says (`Check.fix`)."""


class Unchecked(NamedTuple):
    """A part of a plugin that can't be checked here, because something is missing: weights, data, a package."""

    item: str
    """Part of the plugin, as `Problem` names it."""
    reason: str
    """The missing thing, and how to get it."""


class Skipped(Exception):
    """A check that does not apply to a plugin or cannot run here; the message is the reason."""


Run = Callable[["Checked"], "Iterable[Problem | Unchecked]"]
Status = Literal["ok", "failed", "expected failure", "skipped"]


@dataclass(frozen=True)
class Check:
    """A named check of a plugin."""

    name: str
    summary: str
    """Statement that holds for a plugin that passes, in a line."""
    fix: str
    """Advice for a plugin that fails."""
    run: Run
    """Function that yields problems and unchecked parts, and raises `Skipped` if there is nothing to check."""
    slow: bool = False
    """Whether the check takes more than seconds for networks of usual size."""
    shares: str = ""
    """Name in `Checked.memory` of a result that it shares with other checks; empty: none."""
    light: bool = False
    """Whether the check runs without PyTorch, which takes seconds to import."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of a check of a plugin."""

    check: str
    status: Status
    problems: tuple[str, ...] = ()
    reason: str = ""
    """Reason of a check that was skipped or is expected to fail."""
    fix: str = ""
    """Advice for mending the plugin; empty unless the check failed."""
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
        summary: Statement that holds for a plugin that passes.
        fix: Advice for a plugin that fails.
        slow: Whether the check takes more than seconds.
        shares: Name in `Checked.memory` of a result that it shares with other checks.
        light: Whether the check runs without PyTorch.
    """

    def register(run: Run) -> Run:
        CHECKS[name] = Check(name, summary, fix, run, slow, shares, light)
        return run

    return register
