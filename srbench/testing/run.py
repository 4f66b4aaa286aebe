"""Choice and execution of the checks of a plugin."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

from srbench.catalog import load_catalog
from srbench.errors import UnknownName, one_line
from srbench.registry import BUILTIN
from srbench.testing.check import CHECKS, Outcome, Problem, Skipped, Unchecked
from srbench.testing.checked import Checked

# checks run in the order in which their modules are imported
# isort: off
from srbench.testing.kit import listing, tables, models, recipes, metrics, devices, weights, training
# isort: on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.catalog import Catalog
    from srbench.testing.check import Check

MODULES = (listing, tables, models, recipes, metrics, devices, weights, training)
"""Modules whose import registers the checks."""

SHOWN = 3
"""Number of unchecked parts that are named for one reason; the others are counted."""


@cache
def checked_plugin(name: str) -> Checked:
    """Return the installed plugin `name`, for its checks.

    Raises:
        UnknownName: if there is no such plugin.
    """
    return of_catalog(load_catalog(), name)


def of_catalog(catalog: Catalog, name: str) -> Checked:
    """Return the plugin `name` of a catalog; the error is that of `checked_plugin`."""
    if name not in catalog.plugins:
        raise UnknownName("plugin", name, (plugin for plugin in catalog.plugins if plugin != BUILTIN))
    return Checked(catalog, name)


def chosen_checks(names: Iterable[str] = (), *, fast: bool = False) -> list[Check]:
    """Return the checks whose name matches one of the patterns `names`; without patterns, all.

    Args:
        names: Names or patterns.
        fast: Whether to leave out slow checks.

    Raises:
        UnknownName: if a pattern matches no check.
    """
    patterns = tuple(names)
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in CHECKS):
            raise UnknownName("check", pattern, CHECKS)
    return [
        entry
        for entry in CHECKS.values()
        if (not patterns or any(fnmatchcase(entry.name, pattern) for pattern in patterns)) and not (fast and entry.slow)
    ]


def run_check(plugin: Checked, entry: Check) -> Outcome:
    """Return the outcome of a check; for a plugin that does not load, all checks except ``loads`` are skipped.

    Expected failures are strict: a declared failure that does not occur is a failure.
    """
    if not plugin.plugin.ok and entry.name != "loads":
        return Outcome(entry.name, "skipped", reason="the plugin does not load: see the check `loads`")
    try:
        findings = list(entry.run(plugin))
    except Skipped as reason:
        return Outcome(entry.name, "skipped", reason=str(reason))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - the code of a plugin may raise anything
        findings = [Problem("", one_line(error))]
    outcome = _judged(plugin, entry, [finding for finding in findings if isinstance(finding, Problem)])
    unchecked = _by_reason(finding for finding in findings if isinstance(finding, Unchecked))
    return replace(outcome, unchecked=unchecked)


def _by_reason(parts: Iterable[Unchecked]) -> tuple[str, ...]:
    """Return a line for each reason, with the first parts that it holds for."""
    items: dict[str, list[str]] = {}
    for part in parts:
        items.setdefault(part.reason, []).append(part.item)
    return tuple(
        f"{', '.join(names[:SHOWN])}{f' and {len(names) - SHOWN} more' if names[SHOWN:] else ''}: {reason}"
        for reason, names in items.items()
    )


def _judged(plugin: Checked, entry: Check, problems: list[Problem]) -> Outcome:
    """Return the outcome of a check with these problems, of which the plugin may declare some as expected."""
    expected = plugin.expected if plugin.plugin.ok else {}
    unknown = {name for name in expected if name.partition(":")[0] not in CHECKS}
    if entry.name == "loads" and unknown:
        text = f"{min(unknown)!r} is not a check; choose from {', '.join(CHECKS)}"
        problems.append(Problem("expected failures", text))
    reasons, unexpected = [], list(problems)
    for name, reason in expected.items():
        check_name, _, item = name.partition(":")
        if check_name != entry.name:
            continue
        declared = [problem for problem in problems if not item or fnmatchcase(problem.item, item)]
        unexpected = [problem for problem in unexpected if problem not in declared]
        if declared:
            reasons.append(reason)
        else:
            text = f"was expected to fail ({reason}), and passes; take {name!r} from the hook"
            unexpected.append(Problem(item, text))
    shown = unexpected or problems
    texts = tuple(f"{problem.item}: {problem.text}" if problem.item else problem.text for problem in shown)
    if unexpected:
        fixes = dict.fromkeys(problem.fix or entry.fix for problem in unexpected)
        return Outcome(entry.name, "failed", texts, fix="; ".join(fixes))
    if problems:
        return Outcome(entry.name, "expected failure", texts, "; ".join(dict.fromkeys(reasons)))
    return Outcome(entry.name, "ok")
